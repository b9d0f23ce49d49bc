import { GenerateMacCommand, type KMSClient } from '@aws-sdk/client-kms'

/** Changing it would lose every person: number items are kept under hashes made with the key. */
const message = 'bangiao number hash v1'

/** The key of `numberHash`. */
export function numberHashKey(kms: KMSClient, keyId: string): Promise<Uint8Array> {
  return derivedKey(kms, keyId, message)
}

/** A key of 32 bytes for one purpose: an HMAC that only the key in KMS can make, so it need not be kept anywhere. */
export async function derivedKey(kms: KMSClient, keyId: string, purpose: string): Promise<Uint8Array> {
  const { Mac } = await kms.send(
    new GenerateMacCommand({ KeyId: keyId, Message: Buffer.from(purpose), MacAlgorithm: 'HMAC_SHA_256' }),
  )
  return Mac as Uint8Array
}
