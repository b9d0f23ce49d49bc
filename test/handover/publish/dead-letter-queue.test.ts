import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { noticeOf } from '../../../lambdas/handover/notice.ts'
import { redrive } from '../../../lambdas/handover/publish/dead-letter-queue.ts'
import { noticeQueue } from '../../../lambdas/handover/publish/notice-queue.ts'
import { startSqs } from '../../../local/sqs.ts'
import { makeQueue } from '../../../local/stack/make-resources.ts'
import { maxReceiveCount } from '../../../local/stack/resources.ts'
import { folder } from '../../local/service.ts'
import { localClient } from '../../registry/registry-service.ts'
import { publicationFacts } from '../publication.ts'

describe('dead letters', () => {
  it('go back to their queue, each as it was sent', async () => {
    const { sqs, url } = await aQueue()
    const notices = [1, 2, 3].map(sequence => noticeOf(publicationFacts({ sequence }), 'handover'))
    for (const notice of notices) await noticeQueue(sqs, { moh: url }).send(notice)
    await dieAll(sqs, url)

    expect(await redrive(sqs, url)).toBe(3)

    const { Messages = [] } = await receive(sqs, url)
    expect(Messages.map(({ Body = '' }) => JSON.parse(Body)).sort((a, b) => a.id.localeCompare(b.id))).toEqual(notices)
    for (const { MessageAttributes } of Messages)
      expect(MessageAttributes?.['content-type']?.StringValue).toBe('application/cloudevents+json')
    expect(await redrive(sqs, url)).toBe(0)
  })

  it('are there twice after a crash between the two, and never not at all', async () => {
    const { sqs, url } = await aQueue()
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'a notice' }))
    await dieAll(sqs, url)
    const send = sqs.send.bind(sqs) as (command: object) => Promise<object>
    const dying = {
      send: (command: object) =>
        command.constructor.name === 'DeleteMessageCommand' ? Promise.reject(new Error('killed')) : send(command),
    }

    await expect(redrive(dying as unknown as SQSClient, url)).rejects.toThrow('killed')

    expect((await receive(sqs, url)).Messages?.map(({ Body }) => Body)).toEqual(['a notice'])
  })
})

async function aQueue() {
  const { endpoint, close } = await startSqs({ dir: await folder() })
  const sqs = new SQSClient({ ...localClient, endpoint, useQueueUrlAsEndpoint: false })
  onTestFinished(async () => {
    sqs.destroy()
    await close()
  })
  return { sqs, ...(await makeQueue(sqs, 'notices')) }
}

function receive(sqs: SQSClient, QueueUrl: string) {
  return sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }))
}

/** Every message is received too often. */
async function dieAll(sqs: SQSClient, QueueUrl: string) {
  const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 })
  for (let time = 0; time <= maxReceiveCount; time++) await sqs.send(receive)
  expect((await sqs.send(receive)).Messages ?? []).toEqual([])
}
