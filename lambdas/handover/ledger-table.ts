import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb'

/** The ledger: leases, sequences, chains, publications, receipts and clients, each under a key of its own. */
export const ledgerTable = {
  BillingMode: 'PAY_PER_REQUEST',
  KeySchema: [
    { AttributeName: 'PK', KeyType: 'HASH' },
    { AttributeName: 'SK', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: 'PK', AttributeType: 'S' },
    { AttributeName: 'SK', AttributeType: 'S' },
  ],
} satisfies Omit<CreateTableCommandInput, 'TableName'>

/** The attribute by which items expire, seconds since 1970; handovers and clients have none and stay. */
export const ledgerExpiry = 'expiry'
