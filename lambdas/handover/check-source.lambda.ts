import { dynamodb } from '../shared/dynamodb-client.ts'
import { s3ObjectStore } from '../shared/object-store.ts'
import { s3 } from '../shared/s3-client.ts'
import { setting } from '../shared/setting.ts'
import { checkSourceJob } from './export/check-source-job.ts'
import { ledgerStore } from './ledger-store.ts'
import { handoverSettings } from './settings.ts'

export const handler = checkSourceJob({
  ledger: ledgerStore(dynamodb, setting(handoverSettings.ledgerTable)),
  exports: s3ObjectStore(s3, setting(handoverSettings.exportsBucket)),
  work: s3ObjectStore(s3, setting(handoverSettings.workBucket)),
  clock: () => new Date(),
})
