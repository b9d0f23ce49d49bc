import middy from '@middy/core'
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda'
import { jsonAnswer } from '../../shared/json-answer.ts'
import { problemJson } from '../../shared/problem.ts'
import { sealAcknowledgement } from './acknowledgement.ts'
import type { RecipientNoticeQueue } from './recipient-notice-queue.ts'
import { recipientOf } from './recipient-request.ts'

interface Needs {
  readonly queue: RecipientNoticeQueue
  readonly acknowledgementKey: () => Promise<Uint8Array>
  readonly randomBytes: (count: number) => Uint8Array
}

/** `GET /recipients/{recipient}/notices`: what waits on the recipient's own queue. Nothing is taken off it: a receipt does that. */
export function noticesApi({ queue, acknowledgementKey, randomBytes }: Needs) {
  return middy<APIGatewayProxyEvent, APIGatewayProxyResult>()
    .use(problemJson())
    .handler(async event => {
      const recipient = recipientOf(event)
      const key = await acknowledgementKey()
      const received = await queue.receive(recipient)
      const notices = received.map(({ notice, handle }) => {
        const message = { sequence: notice.data.sequence, handle }
        return { event: notice, acknowledgement: sealAcknowledgement(key, recipient, message, randomBytes(12)) }
      })
      return jsonAnswer(200, { notices })
    })
}
