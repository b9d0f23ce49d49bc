import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
} from '@aws-sdk/client-dynamodb'

/** JSON documents in the ledger, each under a key of its own. */
export interface LedgerDocuments {
  get<Document>(key: LedgerKey): Promise<Document | undefined>
  /** False when the condition does not hold. */
  put(key: LedgerKey, document: object, condition?: LedgerCondition): Promise<boolean>
  /** Every document whose sort key begins so, from the last one back. */
  newest<Document>(PK: LedgerKey['PK'], prefix: string): AsyncGenerator<Document>
}

export interface LedgerKey extends Record<string, { S: string }> {
  readonly PK: { S: string }
  readonly SK: { S: string }
}

export interface LedgerCondition {
  /** Attributes that stand beside the document, for later conditions to compare. */
  readonly marks?: Record<string, { S: string } | { N: string }>
  readonly expression?: ConditionExpression
}

type ConditionExpression = Pick<
  PutItemCommand['input'],
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>

export function ledgerDocuments(db: DynamoDBClient, table: string): LedgerDocuments {
  return {
    async get<Document>(key: LedgerKey): Promise<Document | undefined> {
      const { Item } = await db.send(new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true }))
      return Item && (JSON.parse(Item.document?.S as string) as Document)
    },
    put(key, document, condition = {}) {
      const Item = { ...key, document: { S: JSON.stringify(document) }, ...condition.marks }
      return done(db.send(new PutItemCommand({ TableName: table, Item, ...condition.expression })))
    },
    async *newest<Document>(PK: LedgerKey['PK'], prefix: string): AsyncGenerator<Document> {
      const query = {
        TableName: table,
        ConsistentRead: true,
        ScanIndexForward: false,
        KeyConditionExpression: 'PK = :pk AND begins_with(SK, :sk)',
        ExpressionAttributeValues: { ':pk': PK, ':sk': { S: prefix } },
      }
      for await (const { Items = [] } of paginateQuery({ client: db }, query))
        for (const { document } of Items) yield JSON.parse(document?.S as string) as Document
    },
  }
}

export function ledgerKey(PK: string, SK: string): LedgerKey {
  return { PK: { S: PK }, SK: { S: SK } }
}

/** Holds while the document has this mark, or while there is no document. */
export function stillAt(mark: string, value: string | undefined): ConditionExpression {
  return value === undefined
    ? { ConditionExpression: 'attribute_not_exists(PK)' }
    : {
        ConditionExpression: '#mark = :from',
        ExpressionAttributeNames: { '#mark': mark },
        ExpressionAttributeValues: { ':from': { S: value } },
      }
}

async function done(put: Promise<unknown>): Promise<boolean> {
  try {
    await put
    return true
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false
    throw error
  }
}
