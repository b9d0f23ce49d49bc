import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import type { SharingToken } from './sharing-token.ts'

/** The tokens with which recipients read their shares, in the ledger. */
export interface SharingTokens {
  add(token: SharingToken): Promise<void>
  find(recipient: string, sha256: string): Promise<SharingToken | undefined>
  /** Every token of the recipient that was issued before; gives how many held until then. Revoked once, a token stays so. */
  revokeAll(recipient: string, now: Date): Promise<number>
}

export function sharingTokenStore(db: DynamoDBClient, table: string): SharingTokens {
  return {
    async add(token) {
      const put = new PutItemCommand({
        TableName: table,
        Item: { ...keyOf(token), issuedAt: instant(token.issuedAt), expiresAt: instant(token.expiresAt) },
        ConditionExpression: 'attribute_not_exists(PK)',
      })
      await db.send(put)
    },
    async find(recipient, sha256) {
      const Key = keyOf({ recipient, sha256 })
      const { Item } = await db.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }))
      return Item && tokenOf(Item)
    },
    async revokeAll(recipient, now) {
      const pages = paginateQuery(
        { client: db },
        {
          TableName: table,
          ConsistentRead: true,
          KeyConditionExpression: 'PK = :pk AND begins_with(SK, :sk)',
          ExpressionAttributeValues: { ':pk': { S: partition(recipient) }, ':sk': { S: prefix } },
        },
      )
      let revoked = 0
      for await (const { Items = [] } of pages) {
        for (const token of Items.map(tokenOf)) {
          if ((await revoke(token, now)) && token.expiresAt > now) revoked++
        }
      }
      return revoked
    },
  }

  async function revoke(token: SharingToken, now: Date): Promise<boolean> {
    const update = new UpdateItemCommand({
      TableName: table,
      Key: keyOf(token),
      UpdateExpression: 'SET revokedAt = :now',
      ConditionExpression: 'attribute_exists(PK) AND attribute_not_exists(revokedAt)',
      ExpressionAttributeValues: { ':now': instant(now) },
    })
    try {
      await db.send(update)
      return true
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false
      throw error
    }
  }
}

const prefix = 'SHARING-TOKEN#'

function partition(recipient: string): string {
  return `RECIPIENT#${recipient}`
}

function keyOf({ recipient, sha256 }: Pick<SharingToken, 'recipient' | 'sha256'>) {
  return { PK: { S: partition(recipient) }, SK: { S: prefix + sha256 } }
}

function instant(at: Date) {
  return { S: at.toISOString() }
}

function tokenOf(item: Record<string, AttributeValue>): SharingToken {
  const text = (name: string) => item[name]?.S as string
  return {
    recipient: text('PK').slice(partition('').length),
    sha256: text('SK').slice(prefix.length),
    issuedAt: new Date(text('issuedAt')),
    expiresAt: new Date(text('expiresAt')),
    ...(item.revokedAt && { revokedAt: new Date(text('revokedAt')) }),
  }
}
