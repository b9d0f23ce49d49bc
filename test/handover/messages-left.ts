import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs'

/** Those that wait on a queue, and those that somebody took and has not done with. */
export async function messagesLeft(sqs: SQSClient, QueueUrl: string | undefined): Promise<number> {
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] }))
  return names.reduce((sum, name) => sum + Number(Attributes?.[name]), 0)
}
