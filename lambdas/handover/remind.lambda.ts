import { setting } from '../shared/setting.ts'
import { outboxAt } from './publish/outbox-client.ts'
import { remindJob } from './publish/remind-job.ts'
import { handoverSettings } from './settings.ts'

const noticeQueues = setting(handoverSettings.noticeQueues)

export const handler = remindJob({
  ...outboxAt({
    ledger: setting(handoverSettings.ledgerTable),
    work: setting(handoverSettings.workBucket),
    handover: setting(handoverSettings.handoverBucket),
    noticeQueues,
  }),
  recipients: Object.keys(JSON.parse(noticeQueues) as object),
})
