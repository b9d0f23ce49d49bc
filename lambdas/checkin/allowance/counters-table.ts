import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb'

/** What was spent in a minute, and what was tried in an hour: items of a few numbers that expire within the day. */
export const countersTable = {
  AttributeDefinitions: [{ AttributeName: 'PK', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'PK', KeyType: 'HASH' }],
  BillingMode: 'PAY_PER_REQUEST',
} as const satisfies Omit<CreateTableCommandInput, 'TableName'>

/** The attribute by which items expire: seconds since 1970. */
export const countersExpiry = 'expiry'
