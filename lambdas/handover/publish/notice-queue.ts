import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { Notice } from '../notice.ts'

export interface NoticeQueue {
  /** At least once: whoever receives it goes by its id. */
  send(notice: Notice): Promise<void>
}

/** Each recipient has a queue of its own; `queueUrls` is by recipient. */
export function noticeQueue(sqs: SQSClient, queueUrls: Readonly<Record<string, string>>): NoticeQueue {
  return {
    async send(notice) {
      const QueueUrl = queueUrls[notice.data.recipient]
      if (!QueueUrl) throw new Error(`no queue for ${notice.data.recipient}`)
      await sqs.send(
        new SendMessageCommand({
          QueueUrl,
          MessageBody: JSON.stringify(notice),
          MessageAttributes: { 'content-type': { DataType: 'String', StringValue: 'application/cloudevents+json' } },
        }),
      )
    },
  }
}
