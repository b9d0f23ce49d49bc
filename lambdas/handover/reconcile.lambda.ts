import { dynamodb } from '../shared/dynamodb-client.ts'
import { s3ObjectStore } from '../shared/object-store.ts'
import { s3 } from '../shared/s3-client.ts'
import { setting } from '../shared/setting.ts'
import { reconcileJob } from './compact/reconcile-job.ts'
import { scratchDir } from './engine/lambda-limits.ts'
import { ledgerStore } from './ledger-store.ts'
import { handoverSettings } from './settings.ts'

export const handler = reconcileJob({
  ledger: ledgerStore(dynamodb, setting(handoverSettings.ledgerTable)),
  work: s3ObjectStore(s3, setting(handoverSettings.workBucket)),
  dir: scratchDir,
  clock: () => new Date(),
})
