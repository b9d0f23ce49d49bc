import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'

/** Who was given which files, in the ledger. */
export interface SharedReads {
  /** @throws unless it is written. */
  add(read: SharedRead): Promise<void>
}

/** Links that were handed out; the links themselves are kept nowhere, since they open the files. */
export interface SharedRead {
  readonly recipient: string
  readonly instant: Date
  readonly requestId: string
  readonly tokenSha256: string
  readonly sourceIp: string
  readonly table: string
  /** The first and the last version. */
  readonly versions: readonly [number, number]
  /** SHA-256 of each. */
  readonly files: readonly string[]
}

export function sharedReadStore(db: DynamoDBClient, table: string): SharedReads {
  return {
    async add({ recipient, instant, requestId, ...read }) {
      const PK = { S: `RECIPIENT#${recipient}` }
      const SK = { S: `SHARED-READ#${instant.toISOString()}#${requestId}` }
      await db.send(new PutItemCommand({ TableName: table, Item: { PK, SK, document: { S: JSON.stringify(read) } } }))
    },
  }
}
