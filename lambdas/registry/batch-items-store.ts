import { setTimeout as sleep } from 'node:timers/promises'
import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type DynamoDBClient,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb'
import { atOnce } from '../shared/at-once.ts'

export type Item = Record<string, AttributeValue>

/** Of BatchGetItem and BatchWriteItem (Amazon DynamoDB Developer Guide, quotas). */
const itemsRead = 100
const itemsWritten = 25

const batchesAtOnce = 4

/** Reads consistently, in no order, those that there are; no key may stand in the list twice. */
export async function readItems(db: DynamoDBClient, table: string, keys: readonly Item[]): Promise<readonly Item[]> {
  const read = await atOnce(batchesAtOnce, slices(keys, itemsRead), slice => {
    const items: Item[] = []
    return untilNoneIsLeft(slice, async Keys => {
      const read = new BatchGetItemCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } })
      const { Responses, UnprocessedKeys } = await db.send(read)
      items.push(...(Responses?.[table] ?? []))
      return UnprocessedKeys?.[table]?.Keys
    }).then(() => items)
  })
  return read.flat()
}

/** Writes over what is there; begins nothing more once `signal` says so. */
export async function writeItems(db: DynamoDBClient, table: string, items: readonly Item[], abortSignal: AbortSignal) {
  const puts: WriteRequest[] = items.map(Item => ({ PutRequest: { Item } }))
  await atOnce(batchesAtOnce, slices(puts, itemsWritten), slice =>
    untilNoneIsLeft(
      slice,
      async requests => {
        const write = new BatchWriteItemCommand({ RequestItems: { [table]: requests } })
        const { UnprocessedItems } = await db.send(write, { abortSignal })
        return UnprocessedItems?.[table]
      },
      abortSignal,
    ),
  )
}

/** A batch may be done in part when the table is short of capacity: the rest is tried again, after 50 ms and then twice as long each time. */
async function untilNoneIsLeft<Part>(
  whole: Part[],
  work: (left: Part[]) => Promise<Part[] | undefined>,
  signal?: AbortSignal,
) {
  let left = whole
  for (let pause = 50; left.length > 0; pause *= 2) {
    left = (await work(left)) ?? []
    if (left.length > 0) await sleep(Math.min(pause, longestPause), undefined, { signal })
  }
}

const longestPause = 5_000

function slices<Value>(values: readonly Value[], length: number): Value[][] {
  return Array.from({ length: Math.ceil(values.length / length) }, (_, at) =>
    values.slice(at * length, (at + 1) * length),
  )
}
