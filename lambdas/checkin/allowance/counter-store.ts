import { ConditionalCheckFailedException, type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import type { Tried } from './allowance.ts'
import { countersExpiry } from './counters-table.ts'

/** Counters that every instance of a function shares. */
export interface Counters {
  /** Spends so many of the name's checks in this minute. False when fewer than that are left of `most`; nothing is spent then. */
  spend(name: string, checks: number, most: number, now: Date): Promise<boolean>
  /** Adds what was tried, and answers all that the name tried in this hour. */
  note(name: string, tried: Tried, now: Date): Promise<Tried>
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
      const key = `TRIED#${name}#${now.toISOString().slice(0, 'yyyy-mm-ddThh'.length)}`
      const counted = await add(key, { checks, misses }, now)
      return { checks: Number(counted.checks?.N), misses: Number(counted.misses?.N) }
    },
  }
}

/** Past the hour, and past the clocks of others. */
const secondsKept = 4 * 3600

function spent(error: unknown): false {
  if (error instanceof ConditionalCheckFailedException) return false
  throw error
}
