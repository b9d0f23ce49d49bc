import { generateKeyPairSync } from 'node:crypto'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { onTestFinished } from 'vitest'
import type { Client } from '../../lambdas/access/client.ts'
import { type Clients, clientStore } from '../../lambdas/access/client-store.ts'
import { ledgerTable } from '../../lambdas/handover/ledger-table.ts'
import { pemSigner, publicJwk, type Signer } from '../../lambdas/handover/signature.ts'
import type { FacilityCode } from '../../lambdas/registry/facility-code.ts'
import { makeTable } from '../../local/stack/make-resources.ts'
import { localClient, startedDynamodb } from '../registry/registry-service.ts'

/** Where the API is called. */
export const api = 'https://api.example/v1'

/** Clients in a ledger of the embedded DynamoDB. */
export async function startedClients(): Promise<{ readonly clients: Clients; readonly db: DynamoDBClient }> {
  const db = new DynamoDBClient({ ...localClient, endpoint: await startedDynamodb() })
  onTestFinished(() => db.destroy())
  await makeTable(db, 'ledger', ledgerTable)
  return { clients: clientStore(db, 'ledger'), db }
}

export function keyPair() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const signer: Signer = pemSigner(privateKey.export({ type: 'pkcs8', format: 'pem' }) as string)
  return { signer, jwk: publicJwk(publicKey), publicKey }
}

const pair = keyPair()
export const { signer } = pair

/** The Ministry's client, but for what a test says otherwise. */
export function aClient(changes: Partial<Client> = {}): Client {
  return { id: 'recipient-moh', party: { role: 'recipient', recipient: 'moh' }, keys: [pair.jwk], ...changes }
}

export const desk: Client['party'] = { role: 'facility', facility: '01007' as FacilityCode }
