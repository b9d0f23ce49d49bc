import { createHash, createPublicKey } from 'node:crypto'
import { GetPublicKeyCommand, type KMSClient, SignCommand } from '@aws-sdk/client-kms'
import { type PublicJwk, publicJwk, rawSignature, type Signer } from './signature.ts'

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

export async function kmsPublicJwk(kms: KMSClient, keyId: string): Promise<PublicJwk> {
  const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId: keyId }))
  return publicJwk(createPublicKey({ key: Buffer.from(PublicKey as Uint8Array), format: 'der', type: 'spki' }))
}
