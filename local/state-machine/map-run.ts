import { atOnce } from '../../lambdas/shared/at-once.ts'
import type { Json } from '../stack/lambda.ts'
import type { Failure, Outcome } from './limits.ts'

interface MapRun<Item> {
  readonly items: readonly Item[]
  readonly maxConcurrency: number
  /** Ends soon after the signal, however far it is. */
  readonly child: (item: Item, index: number, signal: AbortSignal) => Promise<Outcome>
  readonly onProgress: (done: number) => void
}

/** The children's outputs in the order of the items. One child's failure stops the others and fails the run. */
export async function runMap<Item>({ items, maxConcurrency, child, onProgress }: MapRun<Item>): Promise<Json[]> {
  const failed = new AbortController()
  let done = 0
  return atOnce(maxConcurrency, [...items.entries()], async ([index, item]) => {
    const outcome = await child(item, index, failed.signal)
    if (outcome.status === 'FAILED') {
      const exceeded = exceededThreshold(index, outcome)
      failed.abort(exceeded)
      throw exceeded
    }
    onProgress(++done)
    return outcome.output
  })
}

function exceededThreshold(index: number, { error, cause }: Failure): Error {
  const message = `The specified tolerated failure threshold was exceeded: item ${index} failed with ${error}: ${cause}`
  return Object.assign(new Error(message), { name: 'States.ExceedToleratedFailureThreshold' })
}
