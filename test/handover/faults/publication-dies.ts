import { expect } from 'vitest'
import type { Link } from '../../../lambdas/handover/handover.ts'
import { manifestName } from '../../../lambdas/handover/manifest.ts'
import { abandon } from '../../../lambdas/handover/publish/abandon-job.ts'
import { aScene, readyToPublish, type Scene } from '../scene.ts'
import { type Death, Died, dying } from './dying.ts'
import type { InjectedFault } from './fault.ts'
import { expectAllOrNothing, expectNext, expectWhole, publishAndNotify } from './published.ts'
import { spread } from './spread.ts'

const ways = (['taken again', 'given up'] as const).flatMap(then =>
  (['before', 'after'] as const).map(when => ({ when, then })),
)

/** Of a publication without a change set, and of one with. */
const writes = { without: 31, with: 49 }

/** Every way at every write. */
const many = ways.length * (writes.without + writes.with)

const commit = 'putNew moh/snapshots/'

export const publicationDies: InjectedFault = {
  name: 'A crash before or after any write of a publication',
  injected: `the process dies before and after each of the ${writes.without} writes of a publication without a change set, and of the ${writes.with} of one with, to S3, the ledger and the queue; each time the steps are taken again, and each time the handover is given up`,
  holds:
    'no manifest without all its files and its signature, at any time; announced if and only if committed; a committed one is at the head and the latest; the next one follows it',
  runs: [24, many],
  async begin(runs) {
    const points = [...(await pointsOf(false)), ...(await pointsOf(true))]
    expect({
      without: points.filter(({ changed }) => !changed).length,
      with: points.filter(({ changed }) => changed).length,
    }).toEqual(writes)
    const commits = spread(
      points.filter(({ name }) => name.startsWith(commit) && name.endsWith(`/${manifestName}`)),
      ways,
      runs,
    )
    const deaths =
      runs < many ? [...commits, ...spread(points, ways, runs - commits.length)] : spread(points, ways, runs)
    return async n => {
      const [{ changed, write }, { when, then }] = deaths[n] as (typeof deaths)[number]
      const { scene, before, sequence } = await readyScene(changed)
      await expect(publishAndNotify(dying(scene, { write, when }).scene, sequence)).rejects.toThrow(Died)
      await expectWhole(scene)
      if (then === 'taken again') await publishAndNotify(scene, sequence)
      else await abandon(scene, { sequence, failure: { Error: 'Runtime.ExitError', Cause: 'killed' } })
      const committed = await expectAllOrNothing(scene, before)
      if (then === 'taken again') expect(committed).toBeDefined()
      await expectNext(scene, committed ?? before)
    }
  },
}

/** A write at which a publication dies. */
interface Point extends Pick<Death, 'write'> {
  readonly changed: boolean
  readonly name: string
}

async function pointsOf(changed: boolean): Promise<readonly Point[]> {
  const { scene, sequence } = await readyScene(changed)
  const { scene: process, written } = dying(scene)
  await publishAndNotify(process, sequence)
  return written.map((name, at) => ({ changed, write: at + 1, name }))
}

/** A change set stands on a handover before it. */
async function readyScene(changed: boolean): Promise<{ scene: Scene; before: Link | undefined; sequence: number }> {
  const scene = await aScene()
  if (changed) await publishAndNotify(scene, await readyToPublish(scene, 'one before'))
  const before = await scene.ledger.head('moh')
  return { scene, before, sequence: await readyToPublish(scene, 'one', changed) }
}
