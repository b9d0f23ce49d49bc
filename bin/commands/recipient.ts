import { resolve } from 'node:path'
import { agreements } from '../../lambdas/handover/agreements.ts'
import { enrol, readJwks } from '../../lambdas/handover/trust-files.ts'
import { enrolClient } from '../../local/client-key.ts'
import { withStack } from '../../local/connect.ts'
import { argument, type Command, option, UsageError } from '../command.ts'
import { noAgreementWith } from '../recipient-transport.ts'
import { stateDirOf, stateOption, trustDirOf } from '../state.ts'

export const command: Command = {
  summary: 'Trust a sender’s keys as a recipient, and get access · Ghi nhận khóa của bên gửi và đăng ký truy cập',
  usage: 'enrol RECIPIENT --jwks FILE [--state DIR]',
  options: { ...stateOption, jwks: { type: 'string' } },
  async run(given) {
    if (argument(given, 0, 'enrol') !== 'enrol') throw new UsageError('the one thing to do with a recipient is enrol')
    const recipient = argument(given, 1, 'RECIPIENT')
    if (!agreements.some(agreement => agreement.recipient === recipient))
      throw new UsageError(noAgreementWith(recipient))
    const jwks = await readJwks(resolve(option(given, 'jwks')))
    const stateDir = stateDirOf(given)
    const trustDir = trustDirOf(stateDir, recipient)
    await enrol(trustDir, jwks)
    const { client } = await withStack(stateDir, ({ address }) =>
      enrolClient(address.api, stateDir, { role: 'recipient', recipient }),
    )
    const kids = jwks.keys.map(({ kid }) => kid)
    return {
      ok: true,
      document: { recipient, trustDir, kids, client },
      lines: [`  ${recipient} trusts ${kids.join(', ')}`, `  in ${trustDir}`, `  and comes as ${client}`],
    }
  },
}
