import type { KMSClient } from '@aws-sdk/client-kms'
import { derivedKey } from '../../shared/number-hash-key-client.ts'

/** Changing it ends every session. */
const purpose = 'bangiao gateway session v1'

/** The key of `newSession`, derived from that of number hashes and of no use for them. */
export function sessionKey(kms: KMSClient, keyId: string): Promise<Uint8Array> {
  return derivedKey(kms, keyId, purpose)
}
