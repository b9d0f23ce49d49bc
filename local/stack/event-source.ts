import { randomUUID } from 'node:crypto'
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { invokeLambda, type LambdaHandler } from './lambda.ts'
import type { Queue } from './make-resources.ts'

/**
 * Feeds a queue's messages to a function as Lambda's event source mapping does: messages that the function does not report
 * as failed are deleted, the others come again. `stop` waits for the batch in hand.
 */
export function pollQueue(
  sqs: SQSClient,
  queue: Queue,
  functionName: string,
  handler: LambdaHandler,
): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const polling = poll(sqs, queue, functionName, handler, stopping.signal)
  return {
    stop() {
      stopping.abort()
      return polling
    },
  }
}

const timeoutMs = 60_000

async function poll(sqs: SQSClient, queue: Queue, functionName: string, handler: LambdaHandler, signal: AbortSignal) {
  while (!signal.aborted) {
    const receive = new ReceiveMessageCommand({ QueueUrl: queue.url, MaxNumberOfMessages: 10, WaitTimeSeconds: 20 })
    const { Messages = [] } = await sqs.send(receive, { abortSignal: signal }).catch(stopped(signal))
    if (Messages.length === 0) continue
    const answer = await invokeLambda(handler, functionName, sqsEvent(Messages, queue), timeoutMs).catch(
      () => undefined,
    )
    if (answer === undefined) continue
    const failed = new Set(
      (answer as SQSBatchResponse | null)?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier),
    )
    const settled = Messages.filter(({ MessageId = '' }) => !failed.has(MessageId))
    if (settled.length) {
      const Entries = settled.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }))
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queue.url, Entries }))
    }
  }
}

function stopped(signal: AbortSignal) {
  return (error: unknown) => {
    if (signal.aborted) return { Messages: [] }
    throw error
  }
}

function sqsEvent(messages: readonly Message[], queue: Queue): SQSEvent {
  return {
    Records: messages.map(({ MessageId, ReceiptHandle, Body, MD5OfBody }) => ({
      messageId: MessageId ?? randomUUID(),
      receiptHandle: ReceiptHandle ?? '',
      body: Body ?? '',
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: String(Date.now()),
        SenderId: 'local',
        ApproximateFirstReceiveTimestamp: String(Date.now()),
      },
      messageAttributes: {},
      md5OfBody: MD5OfBody ?? '',
      eventSource: 'aws:sqs',
      eventSourceARN: queue.arn,
      awsRegion: 'ap-southeast-1',
    })),
  }
}
