import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'

/** HMAC-SHA-256 (RFC 2104) of a text in UTF-8: 43 characters of base64url. */
export function mac(key: Uint8Array, text: string): string {
  return createHmac('sha256', keyObject(key)).update(text).digest('base64url')
}

/** Made once for each key: afresh it costs five times the hash. */
const keyObjects = new WeakMap<Uint8Array, KeyObject>()

function keyObject(key: Uint8Array): KeyObject {
  const made = keyObjects.get(key) ?? createSecretKey(key)
  keyObjects.set(key, made)
  return made
}
