import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch'
import middy from '@middy/core'
import type { SQSEvent, SQSRecord } from 'aws-lambda'
import { log } from '../shared/log.ts'
import type { Ledger, Publication } from './ledger-store.ts'
import { disputeOf, receipt } from './receipt.ts'

interface Needs {
  readonly ledger: Ledger
  /** Which recipient may write to which queue: a receipt counts for nobody else. By queue ARN. */
  readonly recipients: Readonly<Record<string, string>>
  readonly clock: () => Date
}

/** A handover closes when its recipient counted what was sent; otherwise the first dataset that differs is written down. */
export async function settleReceipt({ ledger, recipients, clock }: Needs, { body, eventSourceARN }: SQSRecord) {
  const received = receipt.parse(JSON.parse(body))
  const { recipient, sequence } = received
  if (recipients[eventSourceARN] !== recipient) throw new Error('a receipt for another recipient than the queue is for')
  const publication = await ledger.publication(recipient, sequence)
  if (!publication) throw new Error(`no handover ${sequence} for ${recipient}`)
  if (publication.state === 'closed') return
  const { facts } = publication
  const dispute = disputeOf(facts, received)
  const at = clock().toISOString()
  const settled: Publication =
    dispute === undefined
      ? { state: 'closed', facts, closedAt: at }
      : { state: 'disputed', facts, disputedAt: at, dispute }
  if (!(await ledger.movePublication(publication.state, settled)))
    throw new Error('the handover moved on meanwhile: read it again')
  log.info(dispute === undefined ? 'handover closed' : 'handover disputed', { sequence, recipient })
}

/** A message that cannot be settled returns to its queue alone, and after some tries goes to the dead letters. */
export function receiptJob(needs: Needs) {
  const messages = new BatchProcessor(EventType.SQS)
  return middy<SQSEvent>().handler((event, context) =>
    processPartialResponse(event, (record: SQSRecord) => settleReceipt(needs, record), messages, { context }),
  )
}
