import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { expect } from 'vitest'
import type { ObjectStore } from '../../../lambdas/shared/object-store.ts'
import { s3ObjectStore } from '../../../lambdas/shared/object-store.ts'
import { seededRandom } from '../../../local/nation/random.ts'
import { copyAll } from './copy-all.ts'
import { failing, failingServices, failures, triedUntilDone } from './failing-services.ts'
import type { InjectedFault } from './fault.ts'
import { stepRuns } from './step-runs.ts'

/** Of all steps together; what is done by then is not done again. */
const tries = 200

export const stepsFail: InjectedFault = {
  name: 'S3 that throttles, fails, falls silent or breaks off in any step of a handover',
  injected: `S3 ${failures}, for one or two in a hundred requests of all steps of a full handover or a delta, and some answers break off in their midst; what fails in passing is taken again, and nothing else`,
  holds: 'what is published is, to the byte, what an undisturbed run publishes',
  runs: [2, 20],
  async begin() {
    const runs = await stepRuns()
    const { lines, clients } = await failingServices()
    return async n => {
      const run = await runs.again(1 + (n % 2))
      const onS3 = async (name: string, from: ObjectStore) => {
        const bucket = `${name}-${n}`
        await clients.s3.send(new CreateBucketCommand({ Bucket: bucket }))
        const store = s3ObjectStore(clients.s3, bucket)
        await copyAll(from, store)
        return store
      }
      const stores = {
        exports: await onS3('exports', run.exports),
        work: await onS3('work', run.work),
        published: await onS3('published', run.published),
      }
      const random = seededRandom(n)
      const byChance = failing(random, { share: 0.015, silent: 0.02 })
      lines.s3.meddle = request => (random.chance(0.005) ? { breaksAfter: 1_000 } : byChance(request))
      let failed = 0
      const done = await triedUntilDone(tries, () =>
        run.run(stores).catch(error => {
          failed++
          throw error
        }),
      )
      lines.s3.meddle = () => undefined

      expect(done).toBe(true)
      expect(failed).toBeGreaterThan(0)
      await run.expectUndisturbed(stores.published)
    }
  },
}
