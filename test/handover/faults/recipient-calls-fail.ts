import { randomBytes } from 'node:crypto'
import { CreateQueueCommand } from '@aws-sdk/client-sqs'
import type { APIGatewayProxyEvent, Context } from 'aws-lambda'
import { expect } from 'vitest'
import type { Publication } from '../../../lambdas/handover/publication.ts'
import { noticeQueue } from '../../../lambdas/handover/publish/notice-queue.ts'
import { acknowledgementKey } from '../../../lambdas/handover/recipients/acknowledgement-key-client.ts'
import { noticesApi } from '../../../lambdas/handover/recipients/notices-api.ts'
import { receiptsApi } from '../../../lambdas/handover/recipients/receipts-api.ts'
import { recipientNoticeQueue } from '../../../lambdas/handover/recipients/recipient-notice-queue.ts'
import { loadedOnce } from '../../../lambdas/shared/loaded-once.ts'
import { seededRandom } from '../../../local/nation/random.ts'
import { keys } from '../../../local/stack/resources.ts'
import { messagesLeft } from '../messages-left.ts'
import { receiptOf } from '../recipients/receipt-of.ts'
import { readyToPublish } from '../scene.ts'
import { failing, failingServices, failures, sceneOn } from './failing-services.ts'
import type { InjectedFault } from './fault.ts'
import { publishAndNotify } from './published.ts'

const services = ['dynamodb', 'sqs', 'kms'] as const

export const recipientCallsFail: InjectedFault = {
  name: 'A service that throttles, fails, falls silent or breaks off while a recipient calls',
  injected: `DynamoDB, SQS or KMS ${failures}, for a tenth to a half of all requests behind \`GET notices\` and \`POST receipts\`; whoever hears no answer calls again`,
  holds:
    'a call is answered rightly or with a 503; a notice is on its queue until its handover is closed; the receipt is kept and closes it',
  runs: [3, 60],
  async begin() {
    const failable = await failingServices()
    const { sqs, kms } = failable.clients
    return async n => {
      const line = failable.lines[services[n % services.length] as (typeof services)[number]]
      const { scene } = await sceneOn(failable, n)
      const { ledger, clock } = scene
      const { QueueUrl = '' } = await sqs.send(
        // Received again at once, whoever heard no answer
        new CreateQueueCommand({ QueueName: `visible-${n}`, Attributes: { VisibilityTimeout: '0' } }),
      )
      const queue = recipientNoticeQueue(sqs, { moh: QueueUrl })
      await publishAndNotify(
        { ...scene, notices: noticeQueue(sqs, { moh: QueueUrl }) },
        await readyToPublish(scene, 'one'),
      )
      const { facts } = (await ledger.publication('moh', 1)) as Publication
      const receipt = receiptOf(facts)
      const key = loadedOnce(() => acknowledgementKey(kms, keys.acknowledgement))
      const notices = noticesApi({ queue, acknowledgementKey: key, randomBytes })
      const receipts = receiptsApi({ ledger, queue, acknowledgementKey: key, clock })
      const meddle = failing(seededRandom(n))
      const calm = async <Answer>(ask: () => Promise<Answer>): Promise<Answer> => {
        line.meddle = () => undefined
        return ask().finally(() => {
          line.meddle = meddle
        })
      }
      /** Until it is answered. */
      const call = async (handler: Handler, body: object | null): Promise<unknown> => {
        for (;;) {
          const { statusCode, body: answer } = await handler(eventOf(body), {} as Context)
          await calm(async () => {
            if ((await messagesLeft(sqs, QueueUrl)) === 0)
              expect(await ledger.publication('moh', 1)).toMatchObject({ state: 'closed' })
          })
          if (statusCode === 200) return JSON.parse(answer)
          expect(statusCode).toBe(503)
        }
      }

      line.meddle = meddle
      const waiting = (await call(notices, null)) as { notices: readonly { acknowledgement: string }[] }
      const acknowledgements = waiting.notices.map(({ acknowledgement }) => acknowledgement)
      expect(acknowledgements.length).toBe(1)
      const settled = await call(receipts, { receipt, acknowledgements })
      line.meddle = () => undefined

      expect(settled).toEqual({ state: 'closed', discrepancies: [] })
      expect(await ledger.receipt(receipt)).toEqual(receipt)
      expect(await messagesLeft(sqs, QueueUrl)).toBe(0)
    }
  },
}

type Handler = (event: APIGatewayProxyEvent, context: Context) => Promise<{ statusCode: number; body: string }>

function eventOf(body: object | null): APIGatewayProxyEvent {
  return {
    pathParameters: { recipient: 'moh' },
    requestContext: { authorizer: { recipient: 'moh' } },
    headers: { 'content-type': 'application/json' },
    isBase64Encoded: false,
    body: body && JSON.stringify(body),
  } as unknown as APIGatewayProxyEvent
}
