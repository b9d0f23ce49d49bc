import { dynamodb } from '../shared/dynamodb-client.ts'
import { setting } from '../shared/setting.ts'
import { tableExport } from './export-client.ts'
import { exportJob } from './export-job.ts'
import { ledgerStore } from './ledger-store.ts'
import { handoverSettings } from './settings.ts'

export const handler = exportJob({
  ledger: ledgerStore(dynamodb, setting(handoverSettings.ledgerTable)),
  tableExport: tableExport(dynamodb, setting(handoverSettings.registryTableArn), {
    bucket: setting(handoverSettings.exportsBucket),
    key: setting(handoverSettings.exportsKey),
  }),
})
