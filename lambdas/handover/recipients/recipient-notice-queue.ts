import {
  DeleteMessageCommand,
  ReceiptHandleIsInvalid,
  ReceiveMessageCommand,
  type SQSClient,
  SQSServiceException,
} from '@aws-sdk/client-sqs'
import { type Notice, readNotice } from '../notice.ts'

/** The recipient's end of its queue. */
export interface RecipientNoticeQueue {
  /**
   * Some of the notices that wait, ten at most; none when none wait. They stay on the queue, hidden for a while. What is no notice is
   * left to the dead letters.
   */
  receive(recipient: string): Promise<readonly ReceivedNotice[]>
  /** Takes the message off the queue; one that has gone or come back meanwhile is left. */
  remove(recipient: string, handle: string): Promise<void>
}

export interface ReceivedNotice {
  readonly notice: Notice
  readonly handle: string
}

/** `queueUrls` is by recipient. */
export function recipientNoticeQueue(
  sqs: SQSClient,
  queueUrls: Readonly<Record<string, string>>,
): RecipientNoticeQueue {
  const QueueUrlOf = (recipient: string) => {
    const QueueUrl = queueUrls[recipient]
    if (!QueueUrl) throw new Error(`no queue for ${recipient}`)
    return { QueueUrl }
  }
  return {
    async receive(recipient) {
      for (;;) {
        const few = { ...QueueUrlOf(recipient), MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }
        const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(few))
        const notices = Messages.flatMap(({ Body = '', ReceiptHandle = '' }) => {
          const notice = readNotice(Body)
          return notice ? [{ notice, handle: ReceiptHandle }] : []
        })
        if (notices.length > 0 || Messages.length === 0) return notices
      }
    },
    async remove(recipient, ReceiptHandle) {
      await sqs.send(new DeleteMessageCommand({ ...QueueUrlOf(recipient), ReceiptHandle })).catch(expired)
    },
  }
}

/** SQS says in either way that a handle is no longer good; the message will be delivered again. */
function expired(error: unknown) {
  const known = error instanceof ReceiptHandleIsInvalid
  if (known || (error instanceof SQSServiceException && error.name === 'InvalidParameterValue')) return
  throw error
}
