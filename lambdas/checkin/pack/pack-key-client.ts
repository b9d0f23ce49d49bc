import { GenerateMacCommand, type KMSClient } from '@aws-sdk/client-kms'
import type { FacilityCode } from '../../registry/facility-code.ts'
import { type PackKey, packKey } from './pack-key.ts'

/** Made by the key in KMS whenever it is needed, and kept by the facility's devices alone. */
export async function facilityPackKey(
  kms: KMSClient,
  keyId: string,
  facility: FacilityCode,
  period: string,
): Promise<PackKey> {
  const Message = Buffer.from(`bangiao pack key v1 ${facility} ${period}`)
  const { Mac } = await kms.send(new GenerateMacCommand({ KeyId: keyId, Message, MacAlgorithm: 'HMAC_SHA_256' }))
  return packKey(period, Mac as Uint8Array)
}
