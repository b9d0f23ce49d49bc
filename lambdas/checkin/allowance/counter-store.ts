import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import type { Tried } from './allowance.ts'
import { countersExpiry } from './counters-table.ts'

/** Counters that every instance of a function shares. */
export interface Counters {
  /** Spends so many of the name's checks in this minute. False when fewer than that are left of `most`; nothing is spent then. */
  spend(name: string, checks: number, most: number, now: Date): Promise<boolean>
  /** Adds what was tried, and answers all that the name tried in this hour. */
  note(name: string, tried: Tried, now: Date): Promise<Tried>
  /** All that the name tried in this hour; what others noted a moment ago may be missing. */
  tried(name: string, now: Date): Promise<Tried>
}

export function counterStore(db: DynamoDBClient, table: string): Counters {
  const add = async (key: string, counts: Record<string, number>, now: Date, most = Number.MAX_SAFE_INTEGER) => {
    const [[first = '', amount = 0] = []] = Object.entries(counts)
    const update = new UpdateItemCommand({
      TableName: table,
      Key: { PK: { S: key } },
      UpdateExpression: `ADD ${Object.keys(counts).map(name => `${name} :${name}`)} SET ${countersExpiry} = :expiry`,
      ConditionExpression: `attribute_not_exists(${first}) OR ${first} <= :most`,
      ExpressionAttributeValues: {
        ...Object.fromEntries(Object.entries(counts).map(([name, count]) => [`:${name}`, { N: String(count) }])),
        ':expiry': { N: String(Math.floor(now.getTime() / 1000) + secondsKept) },
        ':most': { N: String(most - amount) },
      },
      ReturnValues: 'UPDATED_NEW',
    })
    return (await db.send(update)).Attributes ?? {}
  }
  return {
    async spend(name, checks, most, now) {
      if (checks > most) return false
      const key = `SPENT#${name}#${now.toISOString().slice(0, 'yyyy-mm-ddThh:mm'.length)}`
      return add(key, { checks }, now, most).then(() => true, spent)
    },
    async note(name, { checks, misses }, now) {
      return triedOn(await add(triedKey(name, now), { checks, misses }, now))
    },
    async tried(name, now) {
      const get = new GetItemCommand({ TableName: table, Key: { PK: { S: triedKey(name, now) } } })
      return triedOn((await db.send(get)).Item)
    },
  }
}

function triedKey(name: string, now: Date): string {
  return `TRIED#${name}#${now.toISOString().slice(0, 'yyyy-mm-ddThh'.length)}`
}

function triedOn(item: Readonly<Record<string, AttributeValue>> = {}): Tried {
  return { checks: Number(item.checks?.N ?? 0), misses: Number(item.misses?.N ?? 0) }
}

/** Past the hour, and past the clocks of others. */
const secondsKept = 4 * 3600

function spent(error: unknown): false {
  if (error instanceof ConditionalCheckFailedException) return false
  throw error
}
