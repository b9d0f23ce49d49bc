import { dynamodb } from '../../shared/dynamodb-client.ts'
import { s3LockingStore, s3ObjectStore } from '../../shared/object-store.ts'
import { s3 } from '../../shared/s3-client.ts'
import { sqs } from '../../shared/sqs-client.ts'
import { ledgerStore } from '../ledger-store.ts'
import { noticeQueue } from './notice-queue.ts'
import type { OutboxNeeds } from './outbox-steps.ts'

export interface OutboxPlaces {
  readonly ledger: string
  readonly work: string
  readonly handover: string
  /** JSON, by recipient: the URL of its queue. */
  readonly noticeQueues: string
}

/** What whoever announces needs, at these tables, buckets and queues. */
export function outboxAt({ ledger, work, handover, noticeQueues }: OutboxPlaces): OutboxNeeds {
  return {
    ledger: ledgerStore(dynamodb, ledger),
    work: s3ObjectStore(s3, work),
    published: s3LockingStore(s3, handover),
    notices: noticeQueue(sqs, JSON.parse(noticeQueues)),
    bucket: handover,
    clock: () => new Date(),
  }
}
