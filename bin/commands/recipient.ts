import { argument, type Command, type Given, type Outcome, UsageError } from '../command.ts'
import { enrolRecipient } from '../recipient-enrol.ts'
import { share, unshare } from '../recipient-share.ts'
import { stateOption } from '../state.ts'

const actions: Readonly<Record<string, (given: Given, recipient: string) => Promise<Outcome>>> = {
  enrol: enrolRecipient,
  share,
  unshare,
}

export const command: Command = {
  summary:
    'Trust a sender’s keys and get access, open or close a share · Ghi nhận khóa, đăng ký truy cập, mở hoặc đóng chia sẻ',
  usage:
    'enrol RECIPIENT --jwks FILE [--api URL] | share RECIPIENT --to FILE [--days N] | unshare RECIPIENT [--state DIR]',
  options: {
    ...stateOption,
    jwks: { type: 'string' },
    api: { type: 'string' },
    to: { type: 'string' },
    days: { type: 'string' },
  },
  async run(given) {
    const names = Object.keys(actions).join(', ')
    const action = actions[argument(given, 0, `one of ${names}`)]
    if (!action) throw new UsageError(`what can be done with a recipient is ${names}`)
    return action(given, argument(given, 1, 'RECIPIENT'))
  },
}
