import { expect } from 'vitest'
import { start } from '../../../lambdas/handover/export/start-job.ts'
import { aScene, readyToPublish } from '../scene.ts'
import type { InjectedFault } from './fault.ts'
import { publishAndNotify } from './published.ts'

const hour = 3_600_000

export const clockSkew: InjectedFault = {
  name: 'A clock that is wrong',
  injected:
    'a second execution, whose clock is hours ahead, takes the lease of one that runs; one whose clock is hours behind starts',
  holds: 'one of the two publishes, and the chain has one link; a cut older than the newest is refused',
  runs: [4, 40],
  async begin() {
    return async n => {
      const scene = await aScene()
      const first = await readyToPublish(scene, 'one')
      const ahead = { ...scene, clock: () => new Date(scene.clock().getTime() + (3 + n) * hour) }
      const second = await readyToPublish(ahead, 'another')
      const publishing = [() => publishAndNotify(scene, first), () => publishAndNotify(ahead, second)]
      if (n % 2) publishing.reverse()
      const ended =
        n % 4 < 2
          ? await Promise.allSettled(publishing.map(publish => publish()))
          : [await settled(publishing[0]), await settled(publishing[1])]

      expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      const committed = (await scene.published.list('moh/snapshots/')).filter(({ key }) => key.endsWith('package.json'))
      const announced = await scene.ledger.publications('moh')
      const head = await scene.ledger.head('moh')
      expect(committed).toHaveLength(1)
      expect(announced.filter(({ state }) => state === 'announced').map(({ facts }) => facts.sequence)).toEqual(
        head ? [head.sequence] : [],
      )
      const behind = { ...scene, clock: () => new Date(scene.clock().getTime() - (1 + n) * hour) }
      const started = start(behind, { execution: 'behind', input: { mode: 'full' } })
      await expect(started).rejects.toMatchObject({
        code: expect.stringMatching(/^(cut-in-the-past|already-running)$/),
      })
    }
  },
}

async function settled(publish: (() => Promise<void>) | undefined): Promise<PromiseSettledResult<void>> {
  const [end] = await Promise.allSettled([publish?.()])
  return end as PromiseSettledResult<void>
}
