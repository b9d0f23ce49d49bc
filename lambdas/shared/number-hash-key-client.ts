import { GenerateMacCommand, type KMSClient } from '@aws-sdk/client-kms'

/** Changing it would lose every person: number items are kept under hashes made with the key. */
const message = Buffer.from('bangiao number hash v1')

/** The key of `numberHash`: an HMAC that only the key in KMS can make, so it need not be kept anywhere. */
export async function numberHashKey(kms: KMSClient, keyId: string): Promise<Uint8Array> {
  const { Mac } = await kms.send(
    new GenerateMacCommand({ KeyId: keyId, Message: message, MacAlgorithm: 'HMAC_SHA_256' }),
  )
  return Mac as Uint8Array
}
