import { resolve } from 'node:path'
import { enrol, readJwks } from '../lambdas/handover/pull/trust-files.ts'
import { enrolClient, makeClientKey } from '../local/client-key.ts'
import { withStack } from '../local/connect.ts'
import { type Given, type Outcome, option, optional } from './command.ts'
import { knownRecipient } from './known-recipient.ts'
import { apiAddress } from './recipient-transport.ts'
import { stateDirOf, trustDirOf } from './state.ts'

/**
 * `recipient enrol`: from now on the recipient trusts the keys in the file, and comes to the platform as a client of its own. The embedded
 * stack enrols that at once; of a platform elsewhere the operator does.
 */
export async function enrolRecipient(given: Given, named: string): Promise<Outcome> {
  const recipient = knownRecipient(named)
  const jwks = await readJwks(resolve(option(given, 'jwks')))
  const stateDir = stateDirOf(given)
  const trustDir = trustDirOf(stateDir, recipient)
  const party = { role: 'recipient', recipient } as const
  await enrol(trustDir, jwks)
  const { client, jwksPath: clientJwks } = await makeClientKey(stateDir, party)
  const api = optional(given, 'api')
  const elsewhere = api && apiAddress(api)
  if (!elsewhere) await withStack(stateDir, ({ address }) => enrolClient(address.api, stateDir, party))
  const kids = jwks.keys.map(({ kid }) => kid)
  return {
    ok: true,
    document: { recipient, trustDir, kids, client, clientJwks },
    lines: [
      `  ${recipient} trusts ${kids.join(', ')}`,
      `  in ${trustDir}`,
      `  and comes as ${client}`,
      ...(elsewhere
        ? [`  once whoever runs ${elsewhere} has enrolled ${clientJwks}: send it by a way they trust`]
        : []),
    ],
  }
}
