import { resolve } from 'node:path'
import { agreements } from '../lambdas/handover/agreements.ts'
import { enrol, readJwks } from '../lambdas/handover/trust-files.ts'
import { enrolClient } from '../local/client-key.ts'
import { withStack } from '../local/connect.ts'
import { type Given, type Outcome, option, UsageError } from './command.ts'
import { noAgreementWith } from './recipient-transport.ts'
import { stateDirOf, trustDirOf } from './state.ts'

/** `recipient enrol`: from now on the recipient trusts the keys in the file, and comes to the platform as a client of its own. */
export async function enrolRecipient(given: Given, recipient: string): Promise<Outcome> {
  if (!agreements.some(agreement => agreement.recipient === recipient)) throw new UsageError(noAgreementWith(recipient))
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
}
