import { CreateTableCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb'
import { counterStore } from '../../../lambdas/checkin/allowance/counter-store.ts'
import { countersTable } from '../../../lambdas/checkin/allowance/counters-table.ts'
import { startedDynamodb } from '../desk.ts'

/** Counters on an embedded DynamoDB. */
export async function startCounters() {
  const { db } = await startedDynamodb()
  const TableName = 'counters'
  await db.send(new CreateTableCommand({ TableName, ...countersTable }))
  await waitUntilTableExists({ client: db, maxWaitTime: 5, minDelay: 0.01, maxDelay: 0.01 }, { TableName })
  return counterStore(db, TableName)
}
