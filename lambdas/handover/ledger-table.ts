import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb'

/** The ledger: leases, sequences, chains and publications, each under a key of its own. */
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
