import { mac } from '../shared/mac.ts'
import type { InsuranceNumber } from './insurance-number.ts'
import type { NationalId } from './national-id.ts'

/** Keyed, so that whoever holds the table but not the key cannot try numbers out; 43 characters of base64url. */
export function numberHash(key: Uint8Array, number: InsuranceNumber | NationalId): string {
  return mac(key, number)
}
