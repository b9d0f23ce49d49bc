import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { expect } from 'vitest'
import { type ObjectStore, s3ObjectStore } from '../../../lambdas/shared/object-store.ts'
import { type Random, seededRandom } from '../../../local/nation/random.ts'
import type { Line } from '../recipients/line.ts'
import { copyAll } from './copy-all.ts'
import { failingServices, triedUntilDone } from './failing-services.ts'
import type { InjectedFault } from './fault.ts'
import { stepRuns } from './step-runs.ts'

const failures = [
  { status: 503 },
  { status: 500 },
  { status: 429 },
  { breaksAfter: 0 },
  { breaksAfter: 1_000 },
  { silentAfter: 0 },
] as const
const failuresOfRun = 12

export const stepsFail: InjectedFault = {
  name: 'S3 that throttles, fails, falls silent or breaks off in any step of a handover',
  injected: `${failuresOfRun} requests of all steps of a full handover or a delta, wherever chance puts them, are answered 503, 500 or 429, broken off at once or in the midst of the answer, or not answered, each time that they are tried; what fails in passing is taken again, and nothing else`,
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
      const { meddle, left } = atEachTry(seededRandom(n))
      lines.s3.meddle = meddle
      expect(await triedUntilDone(2 * failuresOfRun, () => run.run(stores))).toBe(true)
      lines.s3.meddle = () => undefined

      expect(left()).toBe(0)
      await run.expectUndisturbed(stores.published)
    }
  },
}

/** Requests by chance, never far from one another, each the same way however often the SDK tries it. */
function atEachTry(random: Random) {
  const fates = new Map<unknown, (typeof failures)[number]>()
  let left = failuresOfRun
  let until = 0
  const meddle: Line['meddle'] = ({ headers }) => {
    const call = headers['amz-sdk-invocation-id']
    const fate = fates.get(call)
    if (fate || left === 0 || until-- > 0) return fate
    until = random.below(40)
    const next = failures[--left % failures.length]
    if (next) fates.set(call, next)
    return next
  }
  return { meddle, left: () => left }
}
