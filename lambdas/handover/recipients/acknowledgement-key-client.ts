import { GenerateMacCommand, type KMSClient } from '@aws-sdk/client-kms'

const message = Buffer.from('bangiao acknowledgement v1')

/** The key of acknowledgements: an HMAC that only the key in KMS can make, so it need not be kept anywhere. */
export async function acknowledgementKey(kms: KMSClient, keyId: string): Promise<Uint8Array> {
  const mac = new GenerateMacCommand({ KeyId: keyId, Message: message, MacAlgorithm: 'HMAC_SHA_256' })
  return (await kms.send(mac)).Mac as Uint8Array
}
