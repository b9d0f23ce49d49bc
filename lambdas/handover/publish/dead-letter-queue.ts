import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'

/**
 * Moves the dead letters of a queue back to it, and gives how many they were. Each is sent before it is deleted: after a crash it is
 * there twice, never not at all.
 */
export async function redrive(sqs: SQSClient, queueUrl: string): Promise<number> {
  const deadLetters = await deadLettersOf(sqs, queueUrl)
  let moved = 0
  for (;;) {
    const receive = { QueueUrl: deadLetters, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(receive))
    if (Messages.length === 0) return moved
    for (const { Body: MessageBody, MessageAttributes, ReceiptHandle } of Messages) {
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody, MessageAttributes }))
      await sqs.send(new DeleteMessageCommand({ QueueUrl: deadLetters, ReceiptHandle }))
      moved += 1
    }
  }
}

async function deadLettersOf(sqs: SQSClient, QueueUrl: string): Promise<string> {
  const ask = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['RedrivePolicy'] })
  const { RedrivePolicy } = (await sqs.send(ask)).Attributes ?? {}
  if (!RedrivePolicy) throw new Error(`${QueueUrl} has no dead letters`)
  const { deadLetterTargetArn } = JSON.parse(RedrivePolicy) as { readonly deadLetterTargetArn: string }
  const QueueName = deadLetterTargetArn.slice(deadLetterTargetArn.lastIndexOf(':') + 1)
  return (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl as string
}
