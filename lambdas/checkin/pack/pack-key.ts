import { hash } from 'node:crypto'

/** The key under which the numbers of one facility's packs are hashed in one month. */
export interface PackKey {
  /** `yyyy-mm` in Vietnam. */
  readonly period: string
  /** A fingerprint, which tells nothing of the key. */
  readonly id: string
  /** 32 bytes. */
  readonly secret: Uint8Array
}

export function packKey(period: string, secret: Uint8Array): PackKey {
  return { period, id: hash('sha256', Buffer.concat([context, secret])).slice(0, 16), secret }
}

const context = Buffer.from('bangiao pack key id v1')
