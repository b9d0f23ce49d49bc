import { expect } from 'vitest'
import { Died, dying } from './dying.ts'
import type { InjectedFault } from './fault.ts'
import { spread } from './spread.ts'
import { stepRuns } from './step-runs.ts'

/** Of all steps of a full handover, and of a delta. */
const writes = { full: 82, delta: 182 }

export const stepDies: InjectedFault = {
  name: 'A function that dies in the middle of its work',
  injected: `it dies after each of its writes, before it hears of it, in all steps from the export to the last file: ${writes.full} of a full handover, ${writes.delta} of a delta; the steps are taken again`,
  holds: 'what is published is, to the byte, what an undisturbed run publishes',
  runs: [8, writes.full + writes.delta],
  async begin(many) {
    const runs = await stepRuns()
    const counted = { full: await writesOf(1), delta: await writesOf(2) }
    expect(counted).toEqual(writes)
    const deaths = spread([...upTo(1, writes.full), ...upTo(2, writes.delta)], ['after'] as const, many)
    return async n => {
      const [{ sequence, write }, when] = deaths[n] as (typeof deaths)[number]
      const run = await runs.again(sequence)
      const { scene } = dying({ ...run }, { write, when })
      await expect(run.run(scene)).rejects.toThrow(Died)
      await run.run()
      await run.expectUndisturbed()
    }

    async function writesOf(sequence: number): Promise<number> {
      const run = await runs.again(sequence)
      const { scene, written } = dying({ ...run })
      await run.run(scene)
      await run.expectUndisturbed()
      return written.length
    }
  },
}

function upTo(sequence: number, writes: number) {
  return Array.from({ length: writes }, (_, at) => ({ sequence, write: at + 1 }))
}
