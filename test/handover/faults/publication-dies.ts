import { expect } from 'vitest'
import { abandon } from '../../../lambdas/handover/publish/abandon-job.ts'
import { aScene, readyToPublish } from '../scene.ts'
import { Died, dying } from './dying.ts'
import type { InjectedFault } from './fault.ts'
import { expectAllOrNothing, expectNext, publishAndNotify } from './published.ts'

export const publicationDies: InjectedFault = {
  name: 'A crash before or after any write of a publication',
  injected:
    'the process dies at one of its writes to S3, the ledger or the queue; the step is taken again, or the handover given up',
  holds:
    'announced if and only if committed; a committed one is signed, at the head and the latest; the next one follows it',
  runs: [12, 80],
  async begin() {
    const writes = await writesOfPublishing()
    return async n => {
      const scene = await aScene()
      const sequence = await readyToPublish(scene, 'one')
      const death = { write: 1 + ((Math.floor(n / 4) * 5) % writes), when: n % 2 ? 'before' : 'after' } as const
      await expect(publishAndNotify(dying(scene, death).scene, sequence)).rejects.toThrow(Died)
      const takenAgain = n % 4 < 2
      if (takenAgain) await publishAndNotify(scene, sequence)
      else await abandon(scene, { sequence, failure: { Error: 'Runtime.ExitError', Cause: 'killed' } })
      const committed = await expectAllOrNothing(scene)
      if (takenAgain) expect(committed).toBeDefined()
      await expectNext(scene, committed)
    }
  },
}

async function writesOfPublishing(): Promise<number> {
  const scene = await aScene()
  const { scene: process, written } = dying(scene)
  await publishAndNotify(process, await readyToPublish(scene, 'one'))
  return written()
}
