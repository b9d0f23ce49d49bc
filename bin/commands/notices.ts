import { redrive } from '../../lambdas/handover/publish/dead-letter-queue.ts'
import { withStack } from '../../local/connect.ts'
import { type Command, commandOf, type Given, type Outcome, option } from '../command.ts'
import { knownRecipient } from '../known-recipient.ts'
import { stateDirOf, stateOption } from '../state.ts'

export const command: Command = commandOf(
  {
    summary: 'Give notices that were never settled back to their queue · Đưa thông báo lỗi trở lại hàng đợi',
    of: 'notices',
    options: { ...stateOption, recipient: { type: 'string' } },
  },
  { redrive: { takes: [], usage: '--recipient R [--state DIR]', run: redriveNotices } },
)

async function redriveNotices(given: Given): Promise<Outcome> {
  const recipient = knownRecipient(option(given, 'recipient'))
  const moved = await withStack(stateDirOf(given), ({ address, clients }) =>
    redrive(clients.sqs, address.noticeQueues[recipient] as string),
  )
  return { ok: true, document: { recipient, moved }, lines: [`  ${moved} notices wait for ${recipient} again`] }
}
