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

const exceeded = 'The specified tolerated failure threshold was exceeded'

/** Step Functions says only that it was exceeded; here the cause goes on with the child's own failure. */
function exceededThreshold(index: number, { error, cause }: Failure): Error {
  const message = `${exceeded}: item ${index} failed with ${error}: ${cause}`
  return Object.assign(new Error(message), { name: 'States.ExceedToleratedFailureThreshold' })
}

/** What a child of a map failed with, out of the map's own failure. */
export function failureOfChild({ cause }: Failure): Failure | undefined {
  const [, child = ''] = cause.split(`${exceeded}: `)
  const [, error, inner] = /^item [0-9]+ failed with (\S+): (.*)$/s.exec(child) ?? []
  return error === undefined || inner === undefined ? undefined : { error, cause: inner }
}
