import { type AttributeValue, type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import type { HeldPerson } from '../registry/items.ts'

/** Who may stand at the desk. */
export interface CardHolders {
  /** By `numberHash`. Always two point reads, whether somebody has the number or nobody. */
  find(numberHash: string): Promise<HeldPerson | undefined>
}

export function cardHolderStore(db: DynamoDBClient, registryTable: string): CardHolders {
  const get = async (PK: string, SK: string) => {
    const read = new GetItemCommand({
      TableName: registryTable,
      Key: { PK: { S: PK }, SK: { S: SK } },
      ConsistentRead: true,
    })
    return (await db.send(read)).Item
  }
  return {
    async find(numberHash) {
      const number = await get(`N#${numberHash}`, 'N')
      // No person id is as long as a hash, so an unknown number's second read finds nobody.
      const item = await get(`P#${number?.personId?.S ?? numberHash}`, 'P')
      return item && readHolder(item)
    },
  }
}

/** Attribute by attribute, without the registry's field lists: the desk's bundle stays small. Every write has passed them. */
function readHolder({ PK, SK: _, cards, ...person }: Record<string, AttributeValue>): HeldPerson {
  return {
    person: { personId: PK?.S?.slice(2), ...values(person) },
    cards: cards?.L?.map(({ M }) => values(M ?? {})),
  } as object as HeldPerson
}

function values(attributes: Record<string, AttributeValue>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { S, N }]) => [name, N === undefined ? S : Number(N)]),
  )
}
