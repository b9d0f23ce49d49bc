import { randomUUID } from 'node:crypto'
import {
  type AttributeValue,
  BatchWriteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb'
import { parsePresentedNumber } from '../lambdas/checkin/verdict/presented-number.ts'
import type { HeldPerson } from '../lambdas/registry/items.ts'
import { numberHash } from '../lambdas/registry/number-hash.ts'
import { atOnce } from '../lambdas/shared/at-once.ts'
import { tables } from '../local/stack/resources.ts'
import { type Ask, registryItems } from './desk-asks.ts'
import { shareOf } from './desk-figures.ts'

/** What was asked, how many a second, and milliseconds of the median and of one in a hundred. */
export type LoadRow = readonly [way: string, perSecond: number, p50: string, p99: string]

/** As many as a hospital's desks ask at the same time. */
export const together = 16

export async function load(way: string, asks: readonly Ask[], ask: (ask: Ask) => Promise<void>): Promise<LoadRow> {
  const started = performance.now()
  const milliseconds = await atOnce(together, asks, async one => {
    const began = performance.now()
    await ask(one)
    return performance.now() - began
  })
  return [way, Math.round((1000 * asks.length) / (performance.now() - started)), ...shareOf(milliseconds)]
}

const mostItems = 25

/** Puts the people into the registry. */
export async function seed(db: DynamoDBClient, people: readonly HeldPerson[], hashKey: Uint8Array) {
  const items = registryItems(people, hashKey)
  const batches = Array.from({ length: Math.ceil(items.length / mostItems) }, (_, index) =>
    items.slice(index * mostItems, (index + 1) * mostItems),
  )
  await atOnce(4, batches, async batch => {
    const puts = batch.map(Item => ({ PutRequest: { Item: Item as Record<string, AttributeValue> } }))
    await db.send(new BatchWriteItemCommand({ RequestItems: { [tables.registry]: puts } }))
  })
}

/** All that a check asks of the database, and nothing else: two reads, and a write beside them. */
export async function bareCheck(db: DynamoDBClient, hashKey: Uint8Array, { number }: Ask) {
  const hash = numberHash(hashKey, parsePresentedNumber(number)?.number as Parameters<typeof numberHash>[1])
  const read = async (PK: string, SK: string) => {
    const Key = { PK: { S: PK }, SK: { S: SK } }
    return (await db.send(new GetItemCommand({ TableName: tables.registry, Key, ConsistentRead: true }))).Item
  }
  const write = new PutItemCommand({
    TableName: tables.lookups,
    Item: { PK: { S: `BENCH#${hash}` }, SK: { S: randomUUID() }, numberHash: { S: hash } },
    ConditionExpression: 'attribute_not_exists(PK)',
  })
  const both = async () => read(`P#${(await read(`N#${hash}`, 'N'))?.personId?.S}`, 'P')
  const [person] = await Promise.all([both(), db.send(write)])
  if (!person) throw new Error('a number of nobody')
}
