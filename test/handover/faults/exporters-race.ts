import { expect } from 'vitest'
import { start } from '../../../lambdas/handover/export/start-job.ts'
import type { HandoverFault } from '../../../lambdas/handover/fault.ts'
import { twenty } from '../object-store.suite.ts'
import { aScene, readyToPublish } from '../scene.ts'
import type { InjectedFault } from './fault.ts'
import { expectAllOrNothing, publishAndNotify } from './published.ts'

export const exportersRace: InjectedFault = {
  name: 'Twenty exporters at once',
  injected: 'twenty executions start together, and ask for sequence numbers together',
  holds: 'one holds the lease and publishes, the others are told who; no number is given twice',
  runs: [2, 20],
  async begin() {
    return async () => {
      const scene = await aScene()
      const numbers = await Promise.all(twenty(() => scene.ledger.nextSequence()))
      expect(new Set(numbers).size).toBe(20)

      const racing = await aScene()
      const ended = await Promise.allSettled(
        twenty(n => start(racing, { execution: `execution-${n}`, input: { mode: 'full' } })),
      )
      const refused = ended.flatMap(end => (end.status === 'rejected' ? [(end.reason as HandoverFault).code] : []))
      expect(refused).toEqual(Array(19).fill('already-running'))

      const raced = await aScene()
      const sequence = await readyToPublish(raced, 'one')
      await Promise.all(twenty(() => publishAndNotify(raced, sequence)))
      expect(await expectAllOrNothing(raced)).toBeDefined()
    }
  },
}
