import { dynamodb } from '../shared/dynamodb-client.ts'
import { s3ObjectStore } from '../shared/object-store.ts'
import { s3 } from '../shared/s3-client.ts'
import { setting } from '../shared/setting.ts'
import { agreements } from './agreements.ts'
import { tableRecovery } from './export/export-client.ts'
import { startJob } from './export/start-job.ts'
import { ledgerStore } from './ledger-store.ts'
import { handoverSettings } from './settings.ts'

export const handler = startJob({
  ledger: ledgerStore(dynamodb, setting(handoverSettings.ledgerTable)),
  recovery: tableRecovery(dynamodb, setting(handoverSettings.registryTableArn)),
  work: s3ObjectStore(s3, setting(handoverSettings.workBucket)),
  agreements,
  clock: () => new Date(),
  cutLagSeconds: Number(setting(handoverSettings.cutLag)),
  leastWindowSeconds: Number(setting(handoverSettings.leastWindow)),
})
