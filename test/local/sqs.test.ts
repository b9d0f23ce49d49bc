import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startSqs } from '../../local/sqs.ts'
import { folder, isOpenBeyondLoopback, startInProcess } from './service.ts'

describe('SQS', () => {
  it('carries a message from the one who sends to the one who receives', async () => {
    const { sqs } = await started(await folder())
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'notices' }))

    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'bàn giao' }))

    expect(await receive(sqs, QueueUrl)).toEqual(['bàn giao'])
    expect(await receive(sqs, QueueUrl)).toEqual([])
  })

  it('keeps queues and messages when its process is killed', async () => {
    const dir = await folder()
    const killed = await startInProcess(
      `import { startSqs } from './local/sqs.ts'; const service = await startSqs({ dir: ${JSON.stringify(dir)} })`,
    )
    const before = clientOf(killed.endpoint)
    const { QueueUrl } = await before.send(new CreateQueueCommand({ QueueName: 'notices' }))
    await before.send(new SendMessageCommand({ QueueUrl, MessageBody: 'sequence 7' }))
    await killed.kill()

    const { sqs } = await started(dir)
    const again = await sqs.send(new GetQueueUrlCommand({ QueueName: 'notices' }))
    expect(await receive(sqs, again.QueueUrl)).toEqual(['sequence 7'])
  })

  it('keeps a deleted message deleted over a restart', async () => {
    const dir = await folder()
    const { sqs, close } = await started(dir)
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'notices' }))
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'once' }))
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 0 }))
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages?.[0]?.ReceiptHandle }))
    await close()

    const after = await started(dir)
    expect(await receive(after.sqs, QueueUrl)).toEqual([])
  })

  it('listens on loopback alone, also when several start at once', async () => {
    const dirs = await Promise.all([folder(), folder(), folder()])
    const services = await Promise.all(dirs.map(started))

    expect(await Promise.all(services.map(({ endpoint }) => isOpenBeyondLoopback(endpoint)))).toEqual([
      false,
      false,
      false,
    ])
  })
})

async function started(dir: string) {
  const { endpoint, close } = await startSqs({ dir })
  onTestFinished(close)
  return { endpoint, close, sqs: clientOf(endpoint) }
}

function clientOf(endpoint: string): SQSClient {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const sqs = new SQSClient({ endpoint, region: 'ap-southeast-1', credentials, useQueueUrlAsEndpoint: false })
  onTestFinished(() => sqs.destroy())
  return sqs
}

async function receive(sqs: SQSClient, QueueUrl: string | undefined) {
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }))
  return Messages.map(message => message.Body)
}
