import { dynamodb } from '../shared/dynamodb-client.ts'
import { kms } from '../shared/kms-client.ts'
import { loadedOnce } from '../shared/loaded-once.ts'
import { setting } from '../shared/setting.ts'
import { sqs } from '../shared/sqs-client.ts'
import { ledgerStore } from './ledger-store.ts'
import { acknowledgementKey } from './recipients/acknowledgement-key-client.ts'
import { receiptsApi } from './recipients/receipts-api.ts'
import { recipientNoticeQueue } from './recipients/recipient-notice-queue.ts'
import { handoverSettings } from './settings.ts'

const keyId = setting(handoverSettings.acknowledgementKey)

export const handler = receiptsApi({
  ledger: ledgerStore(dynamodb, setting(handoverSettings.ledgerTable)),
  queue: recipientNoticeQueue(sqs, JSON.parse(setting(handoverSettings.noticeQueues))),
  acknowledgementKey: loadedOnce(() => acknowledgementKey(kms, keyId)),
  clock: () => new Date(),
})
