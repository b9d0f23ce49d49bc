import middy from '@middy/core'
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda'
import { jsonAnswer } from '../../shared/json-answer.ts'
import { jsonContent } from '../../shared/json-request.ts'
import { Problem, problemJson } from '../../shared/problem.ts'
import type { Ledger } from '../ledger-store.ts'
import { openAcknowledgement } from './acknowledgement.ts'
import { expectedOfReceipts, receiptsRequest } from './receipts-request.ts'
import type { RecipientNoticeQueue } from './recipient-notice-queue.ts'
import { mostBodyBytes, readFields, recipientOf } from './recipient-request.ts'
import { settle, UnknownHandover } from './settle-steps.ts'

interface Needs {
  readonly ledger: Ledger
  readonly queue: RecipientNoticeQueue
  readonly acknowledgementKey: () => Promise<Uint8Array>
  readonly clock: () => Date
}

/** `POST /recipients/{recipient}/receipts`: keeps the receipt, settles the handover, and only then takes the notices off their queue. */
export function receiptsApi({ ledger, queue, acknowledgementKey, clock }: Needs) {
  return middy<APIGatewayProxyEvent, APIGatewayProxyResult>()
    .use(problemJson())
    .handler(async event => {
      const recipient = recipientOf(event)
      const content = jsonContent(event, mostBodyBytes)
      const { receipt, acknowledgements } = readFields(receiptsRequest, content, expectedOfReceipts)
      if (receipt.recipient !== recipient) throw new Problem('other-recipient')
      const key = await acknowledgementKey()
      const handles = acknowledgements.map(text => {
        const message = openAcknowledgement(key, recipient, text)
        if (message?.sequence === receipt.sequence) return message.handle
        const field = 'acknowledgements'
        throw new Problem('malformed-fields', { errors: [{ field, ...expectedOfReceipts[field] }] })
      })
      const settled = await settle({ ledger, clock }, receipt).catch(refuseUnknown)
      for (const handle of handles) await queue.remove(recipient, handle)
      return jsonAnswer(200, settled)
    })
}

function refuseUnknown(error: unknown): never {
  throw error instanceof UnknownHandover ? new Problem('no-such-handover') : error
}
