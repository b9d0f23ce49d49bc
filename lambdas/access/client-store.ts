import { createHash } from 'node:crypto'
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb'
import { ledgerExpiry } from '../handover/ledger-table.ts'
import { type Client, client } from './client.ts'
import type { ClientAssertion } from './client-assertion.ts'

/** Who may ask for access tokens, and which assertions were used up. */
export interface Clients {
  find(id: string): Promise<Client | undefined>
  /** In the place of the one before: so keys change. */
  put(client: Client): Promise<void>
  /** False when the assertion was used before. */
  use(id: string, assertion: ClientAssertion, now: Date): Promise<boolean>
}

/** In the ledger, beside the handovers. */
export function clientStore(db: DynamoDBClient, table: string): Clients {
  return {
    async find(id) {
      const get = new GetItemCommand({ TableName: table, Key: key(id, 'CLIENT'), ConsistentRead: true })
      const { Item } = await db.send(get)
      return Item && client.parse(JSON.parse(Item.document?.S as string))
    },
    async put(document) {
      const Item = { ...key(document.id, 'CLIENT'), document: { S: JSON.stringify(document) } }
      await db.send(new PutItemCommand({ TableName: table, Item }))
    },
    async use(id, { jti, expires }, now) {
      // A hash, since whoever makes up a jti may put anything into it
      const hash = createHash('sha256').update(jti).digest('base64url')
      const put = new PutItemCommand({
        TableName: table,
        Item: { ...key(id, `ASSERTION#${hash}`), [ledgerExpiry]: { N: String(Math.ceil(expires.getTime() / 1000)) } },
        ConditionExpression: 'attribute_not_exists(PK) OR #expiry <= :now',
        ExpressionAttributeNames: { '#expiry': ledgerExpiry },
        ExpressionAttributeValues: { ':now': { N: String(Math.floor(now.getTime() / 1000)) } },
      })
      return db.send(put).then(() => true, used)
    },
  }
}

function key(id: string, SK: string) {
  return { PK: { S: `CLIENT#${id}` }, SK: { S: SK } }
}

function used(error: unknown): false {
  if (error instanceof ConditionalCheckFailedException) return false
  throw error
}
