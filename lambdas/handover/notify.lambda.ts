import { dynamodb } from '../shared/dynamodb-client.ts'
import { s3ObjectStore } from '../shared/object-store.ts'
import { s3 } from '../shared/s3-client.ts'
import { setting } from '../shared/setting.ts'
import { sqs } from '../shared/sqs-client.ts'
import { ledgerStore } from './ledger-store.ts'
import { noticeQueue } from './notice-queue.ts'
import { notifyJob } from './notify-job.ts'
import { handoverSettings } from './settings.ts'

export const handler = notifyJob({
  ledger: ledgerStore(dynamodb, setting(handoverSettings.ledgerTable)),
  work: s3ObjectStore(s3, setting(handoverSettings.workBucket)),
  notices: noticeQueue(sqs, JSON.parse(setting(handoverSettings.noticeQueues))),
  bucket: setting(handoverSettings.handoverBucket),
  clock: () => new Date(),
})
