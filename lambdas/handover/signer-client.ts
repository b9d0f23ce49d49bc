import { createHash, createPublicKey } from 'node:crypto'
import { GetPublicKeyCommand, type KMSClient, SignCommand } from '@aws-sdk/client-kms'
import { loadedOnce } from '../shared/loaded-once.ts'
import { log } from '../shared/log.ts'
import { type Jwks, type PublicJwk, publicJwk, rawSignature, type Signer } from './signature.ts'

/** Signs with an ECC_NIST_P256 key in KMS. It sees the digest only: KMS takes at most 4,096 bytes as they are. */
export async function kmsSigner(kms: KMSClient, keyId: string): Promise<Signer> {
  const { kid } = await kmsPublicJwk(kms, keyId)
  return {
    kid,
    async sign(input) {
      const Message = createHash('sha256').update(input).digest()
      const sign = new SignCommand({ KeyId: keyId, Message, MessageType: 'DIGEST', SigningAlgorithm: 'ECDSA_SHA_256' })
      return rawSignature((await kms.send(sign)).Signature as Uint8Array)
    },
  }
}

/** @throws where the key is none that signs as we do. */
export async function kmsPublicJwk(kms: KMSClient, keyId: string): Promise<PublicJwk> {
  const { PublicKey, KeySpec } = await kms.send(new GetPublicKeyCommand({ KeyId: keyId }))
  if (KeySpec !== 'ECC_NIST_P256') throw new Error(`${keyId}: expected a key of ECC_NIST_P256, got ${KeySpec}`)
  return publicJwk(createPublicKey({ key: Buffer.from(PublicKey as Uint8Array), format: 'der', type: 'spki' }))
}

/**
 * The public halves of several keys, each read once. One that cannot be read proves nothing until it can; what another signed is proven
 * all the same. @throws where none can be read.
 */
export function kmsJwks(kms: KMSClient, keyIds: readonly string[]): () => Promise<Jwks> {
  const each = keyIds.map(keyId => loadedOnce(() => kmsPublicJwk(kms, keyId)))
  return async () => {
    const read = await Promise.allSettled(each.map(key => key()))
    const keys = read.flatMap(one => (one.status === 'fulfilled' ? [one.value] : []))
    const failed = read.flatMap((one, at) =>
      one.status === 'rejected' ? [{ keyId: keyIds[at], why: one.reason }] : [],
    )
    if (keys.length === 0) throw failed[0]?.why
    for (const { keyId, why } of failed) log.warn('a public key cannot be read', { reason: `${why.name}: ${keyId}` })
    return { keys }
  }
}
