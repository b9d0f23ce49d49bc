import type { KMSClient } from '@aws-sdk/client-kms'
import { type CryptoKey, importJWK, type JWK } from 'jose'
import { kmsPublicJwk } from '../handover/signer-client.ts'

/** The public half of the key that signs access tokens. */
export async function tokenKey(kms: KMSClient, keyId: string): Promise<CryptoKey> {
  return (await importJWK((await kmsPublicJwk(kms, keyId)) as JWK, 'ES256')) as CryptoKey
}
