import { randomBytes } from 'node:crypto'
import { kms } from '../shared/kms-client.ts'
import { loadedOnce } from '../shared/loaded-once.ts'
import { setting } from '../shared/setting.ts'
import { sqs } from '../shared/sqs-client.ts'
import { acknowledgementKey } from './recipients/acknowledgement-key-client.ts'
import { noticesApi } from './recipients/notices-api.ts'
import { recipientNoticeQueue } from './recipients/recipient-notice-queue.ts'
import { handoverSettings } from './settings.ts'

const keyId = setting(handoverSettings.acknowledgementKey)

export const handler = noticesApi({
  queue: recipientNoticeQueue(sqs, JSON.parse(setting(handoverSettings.noticeQueues))),
  acknowledgementKey: loadedOnce(() => acknowledgementKey(kms, keyId)),
  randomBytes,
})
