import { kmsPublicJwk } from '../../lambdas/handover/signer-client.ts'
import { kms } from '../../lambdas/shared/kms-client.ts'
import { argument, type Command } from '../command.ts'

export const command: Command = {
  summary: 'Give out public keys that KMS holds, as a JWKS · Xuất khóa công khai từ KMS',
  form: { takes: ['KEY...'], usage: '' },
  options: {},
  async run(given) {
    argument(given, 0, 'KEY')
    const jwks = { keys: await Promise.all(given.arguments.map(key => kmsPublicJwk(kms, key))) }
    return { ok: true, document: jwks, lines: [JSON.stringify(jwks, null, 2)] }
  },
}
