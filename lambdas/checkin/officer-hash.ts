import { createHmac } from 'node:crypto'

/** What misses are counted under: the officer’s name is in no key. */
export function officerHash(key: Uint8Array, officer: string): string {
  return createHmac('sha256', key).update(`officer\n${officer}`).digest('base64url').slice(0, 22)
}
