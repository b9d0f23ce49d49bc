import { argument, type Command, commandOf, type Given, type Outcome } from '../command.ts'
import { enrolRecipient } from '../recipient-enrol.ts'
import { share, unshare } from '../recipient-share.ts'
import { stateOption } from '../state.ts'

const takes = ['RECIPIENT']

export const command: Command = commandOf(
  {
    summary:
      'Trust a sender’s keys and get access, open or close a share · Ghi nhận khóa, đăng ký truy cập, mở hoặc đóng chia sẻ',
    of: 'a recipient',
    options: {
      ...stateOption,
      jwks: { type: 'string' },
      api: { type: 'string' },
      to: { type: 'string' },
      days: { type: 'string' },
    },
  },
  {
    enrol: { takes, usage: '--jwks FILE [--api URL] [--state DIR]', run: forRecipient(enrolRecipient) },
    share: { takes, usage: '--to FILE [--days N] [--state DIR]', run: forRecipient(share) },
    unshare: { takes, usage: '[--state DIR]', run: forRecipient(unshare) },
  },
)

function forRecipient(act: (given: Given, recipient: string) => Promise<Outcome>) {
  return async (given: Given) => act(given, argument(given, 1, 'RECIPIENT'))
}
