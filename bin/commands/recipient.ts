import { resolve } from 'node:path'
import { enrol, readJwks } from '../../lambdas/handover/trust-files.ts'
import { argument, type Command, option, UsageError } from '../command.ts'
import { stateDirOf, stateOption, trustDirOf } from '../state.ts'

export const command: Command = {
  summary: 'Trust a sender’s keys as a recipient · Ghi nhận khóa công khai của bên gửi',
  usage: 'enrol RECIPIENT --jwks FILE [--state DIR]',
  options: { ...stateOption, jwks: { type: 'string' } },
  async run(given) {
    if (argument(given, 0, 'enrol') !== 'enrol') throw new UsageError('the one thing to do with a recipient is enrol')
    const recipient = argument(given, 1, 'RECIPIENT')
    const jwks = await readJwks(resolve(option(given, 'jwks')))
    const trustDir = trustDirOf(stateDirOf(given), recipient)
    await enrol(trustDir, jwks)
    const kids = jwks.keys.map(({ kid }) => kid)
    return {
      ok: true,
      document: { recipient, trustDir, kids },
      lines: [`  ${recipient} trusts ${kids.join(', ')}`, `  in ${trustDir}`],
    }
  },
}
