import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { seededRandom } from '../../../local/nation/random.ts'
import type { InjectedFault } from './fault.ts'
import { type ProcessStep, type StepProcess, type StepProcesses, stepProcesses } from './step-processes.ts'

export const processIsKilled: InjectedFault = {
  name: 'A function killed in the middle of a file',
  injected:
    'the process of a deployed function that converts or compacts 2,000 people is killed after some milliseconds of its work, wherever it and the engine in it are; another process takes the step',
  holds: 'what it leaves in the work bucket, files and counts, is to the byte what an undisturbed process leaves',
  runs: [2, 40],
  async begin() {
    const processes = await stepProcesses()
    const undisturbed = { convert: await timed(processes, 'convert'), compact: await timed(processes, 'compact') }
    return async n => {
      const step = n % 2 ? 'compact' : 'convert'
      const { milliseconds, left } = undisturbed[step]
      const process = await killed(processes, step, milliseconds * seededRandom(n).next())
      expect(await (await process.start()).ended).toBe('done')
      expect(await process.left()).toEqual(left)
    }
  },
}

async function timed(processes: StepProcesses, step: ProcessStep) {
  const process = await processes.fresh(step)
  const { ended } = await process.start()
  const began = performance.now()
  expect(await ended).toBe('done')
  const milliseconds = performance.now() - began
  const left = await process.left()
  expect(Object.keys(left).length).toBeGreaterThan(0)
  return { milliseconds, left }
}

/** Earlier where it was done by then. */
async function killed(processes: StepProcesses, step: ProcessStep, after: number): Promise<StepProcess> {
  const process = await processes.fresh(step)
  const { ended, kill } = await process.start()
  await sleep(after)
  kill()
  return (await ended) === undefined ? process : killed(processes, step, after / 2)
}
