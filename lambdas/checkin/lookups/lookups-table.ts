import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb'

/** Who looked at whom, put only: one item a card check. */
export const lookupsTable = {
  AttributeDefinitions: [
    { AttributeName: 'PK', AttributeType: 'S' },
    { AttributeName: 'SK', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'PK', KeyType: 'HASH' },
    { AttributeName: 'SK', KeyType: 'RANGE' },
  ],
  BillingMode: 'PAY_PER_REQUEST',
} as const satisfies Omit<CreateTableCommandInput, 'TableName'>

/** The attribute by which items expire: seconds since 1970. */
export const lookupsExpiry = 'expiry'

/** Twelve months: whom a facility saw in them stands in its offline pack. An hour's lookups are sealed in their own signed log long before. */
export const lookupDays = 366
