import { type CryptoKey, jwtVerify } from 'jose'
import { type FacilityCode, isFacilityCode } from '../registry/facility-code.ts'

export interface TokenRules {
  readonly issuer: string
  readonly audience: string
}

/** Who calls, as an access token says it. */
export interface Caller {
  readonly facility: FacilityCode
  readonly client: string
}

/** What a token must be allowed, so that its bearer may check cards. */
export const cardCheckScope = 'card-checks'

/** The caller whose access token (RFC 9068) it is, signed with ES256 by `key`; undefined when it does not hold at `now`. */
export async function callerOf(
  token: string,
  key: CryptoKey,
  { issuer, audience }: TokenRules,
  now: Date,
): Promise<Caller | undefined> {
  const claims = await verifiedClaims(token, key, {
    algorithms: ['ES256'],
    typ: 'at+jwt',
    issuer,
    audience,
    requiredClaims: ['exp'],
    currentDate: now,
  })
  if (!claims) return undefined
  const { facility, client_id: client, scope } = claims
  const isAllowed = typeof scope === 'string' && scope.split(' ').includes(cardCheckScope)
  return isAllowed && isFacilityCode(facility) && typeof client === 'string' ? { facility, client } : undefined
}

async function verifiedClaims(token: string, key: CryptoKey, options: Parameters<typeof jwtVerify>[2]) {
  try {
    return (await jwtVerify(token, key, options)).payload
  } catch {
    return undefined
  }
}
