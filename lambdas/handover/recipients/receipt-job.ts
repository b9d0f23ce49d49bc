import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch'
import middy from '@middy/core'
import type { SQSEvent, SQSRecord } from 'aws-lambda'
import type { Ledger } from '../ledger-store.ts'
import { receipt } from '../receipt.ts'
import { settle } from './settle-steps.ts'

interface Needs {
  readonly ledger: Ledger
  /** Which recipient may write to which queue: a receipt counts for nobody else. By queue ARN. */
  readonly recipients: Readonly<Record<string, string>>
  readonly clock: () => Date
}

/** A handover closes when its recipient found what was sent; otherwise all that differs is written down. */
export async function settleReceipt(needs: Needs, { body, eventSourceARN }: SQSRecord) {
  const received = receipt.parse(JSON.parse(body))
  if (needs.recipients[eventSourceARN] !== received.recipient)
    throw new Error('a receipt for another recipient than the queue is for')
  await settle(needs, received)
}

/** A message that cannot be settled returns to its queue alone, and after some tries goes to the dead letters. */
export function receiptJob(needs: Needs) {
  const messages = new BatchProcessor(EventType.SQS)
  return middy<SQSEvent>().handler((event, context) =>
    processPartialResponse(event, (record: SQSRecord) => settleReceipt(needs, record), messages, { context }),
  )
}
