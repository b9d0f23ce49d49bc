import { compactVerify, decodeJwt, decodeProtectedHeader, importJWK } from 'jose'
import { type PublicJwk, type Signer, signJwt } from '../handover/signature.ts'
import { type Client, client } from './client.ts'

/** Most seconds for which a client may sign ahead. */
export const mostAssertionLife = 300

/** What a client assertion says once it holds. */
export interface ClientAssertion {
  readonly jti: string
  /** Nobody may use the same `jti` again before. */
  readonly expires: Date
}

/** Why it does not hold, for whoever wrote the client: nothing of what came is repeated. */
export interface AssertionFault {
  readonly fault: string
}

/** Who says that it has signed, where that may be the id of a client: good for finding its keys, and for nothing else. */
export function allegedClient(assertion: string): string | undefined {
  try {
    return client.shape.id.safeParse(decodeJwt(assertion).sub).data
  } catch {
    return undefined
  }
}

/**
 * Checks a client's assertion (RFC 7523, section 3): signed with ES256 by the registered key that its header names, by the client about
 * itself, for `audience` alone, and for a few minutes.
 */
export async function checkAssertion(
  assertion: string,
  { id, keys }: Client,
  audience: string,
  now: Date,
): Promise<ClientAssertion | AssertionFault> {
  const kid = kidOf(assertion)
  const key = keys.find(known => known.kid === kid)
  if (!key) return { fault: 'kid: not that of a registered key' }
  const claims = await verifiedClaims(assertion, key)
  if (!claims) return { fault: 'the signature is not one of ES256 by the registered key' }
  const { iss, sub, aud, exp, nbf, jti } = claims
  const seconds = now.getTime() / 1000
  if (iss !== id || sub !== id) return { fault: 'iss and sub: both must be the client id' }
  if (aud !== audience) return { fault: `aud: must be ${audience}` }
  if (typeof exp !== 'number' || exp <= seconds || exp > seconds + mostAssertionLife)
    return { fault: `exp: must be ahead, by ${mostAssertionLife} seconds at most` }
  if (nbf !== undefined && !(typeof nbf === 'number' && nbf <= seconds)) return { fault: 'nbf: must not be ahead' }
  if (typeof jti !== 'string' || jti.length < 8 || jti.length > 128)
    return { fault: 'jti: must be 8 to 128 characters, never used before' }
  return { jti, expires: new Date(exp * 1000) }
}

/** What a client signs about itself, once for each token; `id` is its `jti`. */
export function signAssertion(
  signer: Signer,
  client: string,
  audience: string,
  id: string,
  now: Date,
): Promise<string> {
  const issued = Math.floor(now.getTime() / 1000)
  const claims = { iss: client, sub: client, aud: audience, jti: id, iat: issued, exp: issued + assertionLife }
  return signJwt('JWT', claims, signer)
}

/** Seconds, and far from the limit: clocks differ. */
const assertionLife = 120

function kidOf(assertion: string): string | undefined {
  try {
    return decodeProtectedHeader(assertion).kid
  } catch {
    return undefined
  }
}

/** Undefined unless the signature holds; what the claims say is for the caller to judge. */
async function verifiedClaims(
  assertion: string,
  key: PublicJwk,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const { payload } = await compactVerify(assertion, await importJWK(key, 'ES256'), { algorithms: ['ES256'] })
    return JSON.parse(Buffer.from(payload).toString()) as Record<string, unknown>
  } catch {
    return undefined
  }
}
