import { resolve } from 'node:path'
import { enrol, readJwks } from '../lambdas/handover/trust-files.ts'
import { type Given, type Outcome, option } from './command.ts'
import { stateDirOf, trustDirOf } from './state.ts'

/** `recipient enrol`: from now on the recipient trusts the keys in the file. */
export async function enrolSender(given: Given, recipient: string): Promise<Outcome> {
  const jwks = await readJwks(resolve(option(given, 'jwks')))
  const trustDir = trustDirOf(stateDirOf(given), recipient)
  await enrol(trustDir, jwks)
  const kids = jwks.keys.map(({ kid }) => kid)
  return {
    ok: true,
    document: { recipient, trustDir, kids },
    lines: [`  ${recipient} trusts ${kids.join(', ')}`, `  in ${trustDir}`],
  }
}
