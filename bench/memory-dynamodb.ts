import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb'
import type { RegistryItem } from '../lambdas/registry/items.ts'

type Item = Readonly<Record<string, { readonly S?: string; readonly N?: string }>>

/** Of the table of counters. */
export const countersName = 'counters'

export interface DeskOperations {
  GetItem: number
  PutItem: number
  allowance: number
}

/** What a check asks of DynamoDB, answered from memory: no SDK, no wire, no database. Counts by operation, those of the allowance apart. */
export function memoryDynamodb(items: readonly RegistryItem[]) {
  const held = new Map(items.map(item => [keyOf(item as Item), item as Item]))
  const operations: DeskOperations = { GetItem: 0, PutItem: 0, allowance: 0 }
  const send = async (command: unknown) => {
    if (command instanceof GetItemCommand) {
      operations[command.input.TableName === countersName ? 'allowance' : 'GetItem'] += 1
      return { Item: held.get(keyOf(command.input.Key as Item)) }
    }
    if (command instanceof PutItemCommand) {
      operations.PutItem += 1
      held.set(keyOf(command.input.Item as Item), command.input.Item as Item)
      return {}
    }
    if (!(command instanceof UpdateItemCommand)) throw new Error('no operation of a check')
    operations.allowance += 1
    return { Attributes: addTo(held, command.input) }
  }
  return { db: { send } as unknown as DynamoDBClient, operations }
}

/** `ADD` of numbers, under the condition that the first of them is no more than `:most` yet. */
function addTo(held: Map<string, Item>, { Key, ExpressionAttributeValues = {} }: UpdateItemCommandInput): Item {
  const { ':most': most, ':expiry': _, ...amounts } = ExpressionAttributeValues as Item
  const key = keyOf(Key as Item)
  const before = held.get(key) ?? {}
  const added = Object.entries(amounts).map(([name, { N }]) => {
    const attribute = name.slice(1)
    return [attribute, Number(before[attribute]?.N ?? 0), Number(N)] as const
  })
  if (added[0] && added[0][1] > Number(most?.N))
    throw new ConditionalCheckFailedException({ message: 'spent', $metadata: {} })
  const after = Object.fromEntries(added.map(([attribute, old, more]) => [attribute, { N: String(old + more) }]))
  held.set(key, after)
  return after
}

function keyOf({ PK, SK }: Item): string {
  return `${PK?.S} ${SK?.S}`
}
