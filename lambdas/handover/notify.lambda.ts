import { setting } from '../shared/setting.ts'
import { notifyJob } from './publish/notify-job.ts'
import { outboxAt } from './publish/outbox-client.ts'
import { handoverSettings } from './settings.ts'

export const handler = notifyJob(
  outboxAt({
    ledger: setting(handoverSettings.ledgerTable),
    work: setting(handoverSettings.workBucket),
    handover: setting(handoverSettings.handoverBucket),
    noticeQueues: setting(handoverSettings.noticeQueues),
  }),
)
