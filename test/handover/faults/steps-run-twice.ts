import type { InjectedFault } from './fault.ts'
import { stepRuns } from './step-runs.ts'

export const stepsRunTwice: InjectedFault = {
  name: 'The same step run twice',
  injected:
    'every step of a full handover or a delta runs twice, at the same time or one after the other, over the same buckets',
  holds: 'what is published is, to the byte, what one run publishes; nothing is counted twice',
  runs: [4, 40],
  async begin() {
    const runs = await stepRuns()
    return async n => {
      const run = await runs.again(1 + (n % 2))
      if (n % 4 < 2) await Promise.all([run.run(), run.run()])
      else {
        await run.run()
        await run.run()
      }
      await run.expectUndisturbed()
    }
  },
}
