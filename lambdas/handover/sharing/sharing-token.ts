import { sha256Hex } from '../schemas.ts'

/** What is kept of a token: never the token itself. */
export interface SharingToken {
  readonly recipient: string
  /** Of the whole token, in hex. */
  readonly sha256: string
  readonly issuedAt: Date
  readonly expiresAt: Date
  readonly revokedAt?: Date
}

/** Of a token's secret. */
const secretBytes = 32

/** A bearer token, by which its recipient is found: `<recipient>.<43 characters of base64url>`. */
export function newToken(recipient: string, random: (bytes: number) => Buffer): string {
  return `${recipient}.${random(secretBytes).toString('base64url')}`
}

/** What is kept of a token that holds for so many days. */
export function tokenRecord(recipient: string, token: string, issuedAt: Date, days: number): SharingToken {
  const expiresAt = new Date(issuedAt.getTime() + days * 86_400_000)
  return { recipient, sha256: sha256Hex(token), issuedAt, expiresAt }
}

/** Whose token an `Authorization` header claims to carry, and under which hash it would be kept. */
export function claimedToken(authorization = ''): Pick<SharingToken, 'recipient' | 'sha256'> | undefined {
  const [scheme, token = '', ...more] = authorization.split(/ +/)
  const [, recipient] = /^([a-z][a-z0-9_]{1,30})\.[\w-]{43}$/.exec(token) ?? []
  if (scheme?.toLowerCase() !== 'bearer' || !recipient || more.length > 0) return undefined
  return { recipient, sha256: sha256Hex(token) }
}

export function holds({ issuedAt, expiresAt, revokedAt }: SharingToken, now: Date): boolean {
  return revokedAt === undefined && issuedAt <= now && now < expiresAt
}

/** What a recipient's reader is given: Delta Sharing's profile file, in the one version that every reader knows. */
export function sharingProfile(endpoint: string, token: string, { expiresAt }: SharingToken) {
  return {
    shareCredentialsVersion: 1,
    endpoint,
    bearerToken: token,
    expirationTime: expiresAt.toISOString(),
  }
}
