import { dynamodb } from '../shared/dynamodb-client.ts'
import { s3ObjectStore } from '../shared/object-store.ts'
import { s3 } from '../shared/s3-client.ts'
import { setting } from '../shared/setting.ts'
import { tableExport } from './export/export-client.ts'
import { exportJob } from './export/export-job.ts'
import { ledgerStore } from './ledger-store.ts'
import { handoverSettings } from './settings.ts'

export const handler = exportJob({
  ledger: ledgerStore(dynamodb, setting(handoverSettings.ledgerTable)),
  work: s3ObjectStore(s3, setting(handoverSettings.workBucket)),
  tableExport: tableExport(dynamodb, setting(handoverSettings.registryTableArn), {
    bucket: setting(handoverSettings.exportsBucket),
    key: setting(handoverSettings.exportsKey),
  }),
  clock: () => new Date(),
})
