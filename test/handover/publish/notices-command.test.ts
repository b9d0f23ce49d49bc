import { GetQueueUrlCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { expect, it, onTestFinished } from 'vitest'
import { noticeOf } from '../../../lambdas/handover/notice.ts'
import { deadLetterQueueName, noticeQueueName } from '../../../local/stack/resources.ts'
import { askBangiao, runBangiao } from '../../command.ts'
import { documented } from '../../journeys/documented.ts'
import { serveStack } from '../../journeys/handover-stack.ts'
import { folder } from '../../local/service.ts'
import { publicationFacts } from '../publication.ts'

it('bangiao notices redrive gives a recipient’s dead letters back to its queue, and says how many', async () => {
  const state = await folder()
  const { address, clients, end } = await serveStack(state)
  onTestFinished(() => end('SIGTERM'))
  const { sqs } = clients
  const notice = noticeOf(publicationFacts(), 'handover')
  const dead = new GetQueueUrlCommand({ QueueName: deadLetterQueueName(noticeQueueName('moh')) })
  const { QueueUrl } = await sqs.send(dead)
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(notice) }))
  const redrive = ['notices', 'redrive', '--recipient', 'moh', '--state', state]

  const document = await askBangiao<object>(state, ...redrive)

  expect(document).toEqual({ recipient: 'moh', moved: 1 })
  expect(Object.keys(document).sort()).toEqual(await documented('notices'))
  const queue = { QueueUrl: address.noticeQueues.moh }
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(queue))
  expect(Messages.map(({ Body = '' }) => JSON.parse(Body))).toEqual([notice])
  expect(await runBangiao(state, ...redrive)).toMatchObject({ code: 0, stdout: '  0 notices wait for moh again\n' })
})

it.each([
  ['is called wrongly without the word', ['notices', '--recipient', 'moh']],
  ['is called wrongly for nobody', ['notices', 'redrive']],
  ['is called wrongly for somebody unknown', ['notices', 'redrive', '--recipient', 'nobody']],
])('bangiao notices %s', async (_, words) => {
  expect(await runBangiao(await folder(), ...words)).toMatchObject({ code: 2, stdout: '' })
})
