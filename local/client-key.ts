import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Party } from '../lambdas/access/caller.ts'
import { pemSigner, type Signer } from '../lambdas/handover/signature.ts'
import { ensureSigningKey, type SigningKey } from './signing-key.ts'

/** A client's key, and the id under which it is enrolled. */
export interface ClientKey {
  readonly client: string
  readonly signer: Signer
}

/** What a client of ours would be called: one for each party, in small letters as every client's id. */
export function clientIdOf(party: Party): string {
  return `${party.role}-${party.role === 'facility' ? party.facility.toLowerCase() : party.recipient}`
}

/** Makes a party's client a key once, below `stateDir`; its public half is for whoever enrols it. */
export async function makeClientKey(stateDir: string, party: Party): Promise<SigningKey & { readonly client: string }> {
  const client = clientIdOf(party)
  return { client, ...(await ensureSigningKey(keyPath(stateDir, client))) }
}

/** Enrols a party's client with the embedded stack: whoever runs that may. */
export async function enrolClient(api: string, stateDir: string, party: Party): Promise<ClientKey> {
  const { client, signer, jwksPath } = await makeClientKey(stateDir, party)
  const { keys } = JSON.parse(await readFile(jwksPath, 'utf8')) as { readonly keys: readonly object[] }
  const body = JSON.stringify({ id: client, party, keys })
  const answer = await fetch(`${api}/local/clients`, { method: 'POST', body })
  if (!answer.ok) throw new Error(`the stack did not enrol ${client}: it answered ${answer.status}`)
  return { client, signer }
}

/** The key that was made before. @throws NotEnrolled */
export async function clientKey(stateDir: string, party: Party): Promise<ClientKey> {
  const client = clientIdOf(party)
  const path = keyPath(stateDir, client)
  const pem = await readFile(path, 'utf8').catch(() => {
    throw new NotEnrolled(`no key of a client at ${path}: enrol first, with bangiao recipient enrol`)
  })
  return { client, signer: pemSigner(pem) }
}

export class NotEnrolled extends Error {
  override readonly name = 'NotEnrolled'
  readonly code = 'not-enrolled'
}

function keyPath(stateDir: string, client: string): string {
  return join(stateDir, 'clients', `${client}.pem`)
}
