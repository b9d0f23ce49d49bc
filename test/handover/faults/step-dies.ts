import { expect } from 'vitest'
import { Died, dying } from './dying.ts'
import type { InjectedFault } from './fault.ts'
import { stepRuns } from './step-runs.ts'

export const stepDies: InjectedFault = {
  name: 'A function killed in the middle of its work',
  injected:
    'it dies before or after any of its writes, in any step from the export to the last file, of a full handover or a delta; the steps are taken again',
  holds: 'what is published is, to the byte, what an undisturbed run publishes',
  runs: [6, 120],
  async begin() {
    const runs = await stepRuns()
    const writes = [await writesOf(1), await writesOf(2)] as const
    return async n => {
      const sequence = 1 + (n % 2)
      const run = await runs.again(sequence)
      const write = 1 + ((Math.floor(n / 4) * 37) % (writes[sequence - 1] as number))
      const { scene } = dying({ ...run }, { write, when: n % 4 < 2 ? 'before' : 'after' })
      await expect(run.run(scene)).rejects.toThrow(Died)
      await run.run()
      await run.expectUndisturbed()
    }

    async function writesOf(sequence: number): Promise<number> {
      const run = await runs.again(sequence)
      const { scene, written } = dying({ ...run })
      await run.run(scene)
      await run.expectUndisturbed()
      return written()
    }
  },
}
