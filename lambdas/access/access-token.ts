import { type CryptoKey, jwtVerify } from 'jose'
import { type Signer, signJwt } from '../handover/signature.ts'
import { type Caller, party } from './caller.ts'

/** Seconds that an access token holds. */
export const tokenLife = 600

/** An access token (RFC 9068) by the API at `api` and for it, under `signer`'s ES256. `id` is its `jti`. */
export function signAccessToken(
  signer: Signer,
  api: string,
  { client, ...party }: Caller,
  id: string,
  now: Date,
): Promise<string> {
  const issued = Math.floor(now.getTime() / 1000)
  const claims = {
    iss: api,
    aud: api,
    sub: client,
    client_id: client,
    ...party,
    jti: id,
    iat: issued,
    exp: issued + tokenLife,
  }
  return signJwt('at+jwt', claims, signer)
}

/** The caller whose access token it is, by the API at `api` and for it, signed with ES256 by `key`; undefined when it does not hold at `now`. */
export async function callerOf(token: string, key: CryptoKey, api: string, now: Date): Promise<Caller | undefined> {
  const claims = await verifiedClaims(token, key, {
    algorithms: ['ES256'],
    typ: 'at+jwt',
    issuer: api,
    audience: api,
    requiredClaims: ['exp'],
    currentDate: now,
  })
  const { success, data } = party.safeParse(claims)
  return success && typeof claims?.client_id === 'string' ? { ...data, client: claims.client_id } : undefined
}

async function verifiedClaims(token: string, key: CryptoKey, options: Parameters<typeof jwtVerify>[2]) {
  try {
    return (await jwtVerify(token, key, options)).payload
  } catch {
    return undefined
  }
}
