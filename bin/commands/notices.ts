import { redrive } from '../../lambdas/handover/publish/dead-letter-queue.ts'
import { withStack } from '../../local/connect.ts'
import { argument, type Command, option, UsageError } from '../command.ts'
import { knownRecipient } from '../known-recipient.ts'
import { stateDirOf, stateOption } from '../state.ts'

export const command: Command = {
  summary: 'Give notices that were never settled back to their queue · Đưa thông báo lỗi trở lại hàng đợi',
  usage: 'redrive --recipient R [--state DIR]',
  options: { ...stateOption, recipient: { type: 'string' } },
  async run(given) {
    if (argument(given, 0, 'redrive') !== 'redrive') throw new UsageError('the one thing to do with notices is redrive')
    const recipient = knownRecipient(option(given, 'recipient'))
    const moved = await withStack(stateDirOf(given), ({ address, clients }) =>
      redrive(clients.sqs, address.noticeQueues[recipient] as string),
    )
    return { ok: true, document: { recipient, moved }, lines: [`  ${moved} notices wait for ${recipient} again`] }
  },
}
