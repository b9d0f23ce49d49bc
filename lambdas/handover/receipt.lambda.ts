import { dynamodb } from '../shared/dynamodb-client.ts'
import { setting } from '../shared/setting.ts'
import { ledgerStore } from './ledger-store.ts'
import { receiptJob } from './recipients/receipt-job.ts'
import { handoverSettings } from './settings.ts'

export const handler = receiptJob({
  ledger: ledgerStore(dynamodb, setting(handoverSettings.ledgerTable)),
  recipients: JSON.parse(setting(handoverSettings.receiptQueues)),
  clock: () => new Date(),
})
