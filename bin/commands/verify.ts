import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Jwks } from '../../lambdas/handover/signature.ts'
import { verifyHandover } from '../../lambdas/handover/verify-files.ts'
import { argument, type Command, optional } from '../command.ts'

export const command: Command = {
  summary: 'Prove a pulled handover offline · Kiểm chứng gói bàn giao, không cần mạng',
  usage: 'DIR [--jwks FILE]',
  options: { jwks: { type: 'string' } },
  async run(given, terminal) {
    const dir = resolve(argument(given, 0, 'DIR'))
    const jwksPath = optional(given, 'jwks')
    if (!jwksPath) throw new Error('later')
    const jwks = JSON.parse(await readFile(resolve(jwksPath), 'utf8')) as Jwks
    const progress = terminal.progress('verify · kiểm chứng', 1)
    const verdict = await verifyHandover(dir, { jwks })
    progress.done()
    return {
      ok: verdict.faults.length === 0,
      document: { ok: verdict.faults.length === 0, faults: verdict.faults },
      lines: verdict.faults.map(f => `${f.file}: ${f.fault}`),
    }
  },
}
