import { dynamodb } from '../shared/dynamodb-client.ts'
import { s3ObjectStore } from '../shared/object-store.ts'
import { s3 } from '../shared/s3-client.ts'
import { setting } from '../shared/setting.ts'
import { planJob } from './compact/plan-job.ts'
import { unitRows } from './engine/lambda-limits.ts'
import { ledgerStore } from './ledger-store.ts'
import { handoverSettings } from './settings.ts'

export const handler = planJob({
  ledger: ledgerStore(dynamodb, setting(handoverSettings.ledgerTable)),
  work: s3ObjectStore(s3, setting(handoverSettings.workBucket)),
  published: s3ObjectStore(s3, setting(handoverSettings.handoverBucket)),
  unitRows,
  clock: () => new Date(),
})
