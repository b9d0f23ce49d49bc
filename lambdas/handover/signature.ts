import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto'
import { decodeProtectedHeader, flattenedVerify, importJWK, type JWK } from 'jose'
import * as z from 'zod'

/** Signs with ES256; on AWS a KMS key, on a laptop a key file. */
export interface Signer {
  /** RFC 7638 thumbprint of the public key. */
  readonly kid: string
  /** 64 bytes, R and S, over the SHA-256 of `input`. */
  sign(input: Uint8Array): Promise<Uint8Array>
}

/** A public key of P-256; `kid` is its RFC 7638 thumbprint where it is ours. */
const jwk = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string(),
  y: z.string(),
  kid: z.string(),
  use: z.literal('sig').exactOptional(),
  alg: z.literal('ES256').exactOptional(),
})
export type PublicJwk = z.infer<typeof jwk>

export const publicJwks = z.array(jwk).readonly()

export const jwks = z.object({ keys: z.array(jwk).min(1).readonly() })
export type Jwks = z.infer<typeof jwks>

/** A detached JWS (RFC 7515, appendix F) over the exact bytes of a manifest: `<header>..<signature>`. */
export async function signDetached(bytes: Uint8Array, signer: Signer): Promise<string> {
  const { header, signature } = await signBytes(bytes, signer)
  return `${header}..${signature}`
}

/** Which of our keys made a detached JWS of ours. */
export function signingKid(jws: string): string {
  return decodeProtectedHeader(jws).kid as string
}

/** A flattened JWS (RFC 7515, 7.2.2) that carries its payload: what `latest.json` is. */
export interface FlattenedJws {
  readonly protected: string
  readonly payload: string
  readonly signature: string
}

export async function signFlattened(bytes: Uint8Array, signer: Signer): Promise<FlattenedJws> {
  const { header, payload, signature } = await signBytes(bytes, signer)
  return { protected: header, payload, signature }
}

/** A JWT in compact form (RFC 7519) of the given type. */
export async function signJwt(typ: string, claims: object, signer: Signer): Promise<string> {
  const signed = `${base64url(JSON.stringify({ alg: 'ES256', typ, kid: signer.kid }))}.${base64url(JSON.stringify(claims))}`
  return `${signed}.${Buffer.from(await signer.sign(Buffer.from(signed))).toString('base64url')}`
}

export const signatureFaults = ['signature-malformed', 'unknown-key', 'wrong-signature'] as const
export type SignatureFault = (typeof signatureFaults)[number]

/** Undefined when the signature holds. Only ES256 and only the given keys count, whatever the header says. */
export async function detachedFault(bytes: Uint8Array, jws: string, jwks: Jwks): Promise<SignatureFault | undefined> {
  const [header, payload, signature, more] = jws.trim().split('.')
  if (!header || payload !== '' || !signature || more !== undefined) return 'signature-malformed'
  return flattenedFault({ protected: header, payload: Buffer.from(bytes).toString('base64url'), signature }, jwks)
}

export async function flattenedFault(jws: FlattenedJws, jwks: Jwks): Promise<SignatureFault | undefined> {
  const kid = kidOf(jws.protected)
  if (kid === undefined || !isBase64url(jws.signature)) return 'signature-malformed'
  const key = jwks.keys.find(known => known.kid === kid)
  if (!key) return 'unknown-key'
  try {
    await flattenedVerify(jws, await importJWK(key as JWK, 'ES256'), { algorithms: ['ES256'] })
    return undefined
  } catch {
    return 'wrong-signature'
  }
}

/** A key that ES256 cannot use, in words that say what it is instead. */
export class UnfitKey extends Error {
  override readonly name = 'UnfitKey'
  readonly code = 'unfit-key'
}

/** A signer on a PEM private key of P-256. @throws UnfitKey */
export function pemSigner(pem: string): Signer {
  const key = privateKey(pem)
  return {
    kid: publicJwk(createPublicKey(key)).kid,
    sign: async input => sign('sha256', input, { key, dsaEncoding: 'ieee-p1363' }),
  }
}

function privateKey(pem: string): KeyObject {
  if (/BEGIN ENCRYPTED|ENCRYPTED$/m.test(pem)) throw new UnfitKey('an encrypted key')
  if (/BEGIN ([A-Z]+ )?PUBLIC KEY/.test(pem)) throw new UnfitKey('a public key')
  try {
    return createPrivateKey(pem)
  } catch (error) {
    throw new UnfitKey('no key in PEM', { cause: error })
  }
}

/** @throws UnfitKey when it is none of P-256. */
export function publicJwk(key: KeyObject): PublicJwk {
  const { asymmetricKeyType: type = 'secret', asymmetricKeyDetails: { namedCurve } = {} } = key
  if (namedCurve !== 'prime256v1')
    throw new UnfitKey(namedCurve ? `a key of the curve ${namedCurve}` : `a key of ${type}`)
  const { x, y } = key.export({ format: 'jwk' }) as { x: string; y: string }
  const thumbprint = JSON.stringify({ crv: 'P-256', kty: 'EC', x, y })
  const kid = createHash('sha256').update(thumbprint).digest('base64url')
  return { kty: 'EC', crv: 'P-256', x, y, kid, use: 'sig', alg: 'ES256' }
}

/** KMS answers in DER; a JWS wants R and S as 32 bytes each: leading zeros off, then padded on the left. */
export function rawSignature(der: Uint8Array): Uint8Array {
  const raw = new Uint8Array(64)
  let at = 2
  for (const end of [32, 64]) {
    const length = der[at + 1] as number
    let number = der.subarray(at + 2, at + 2 + length)
    while (number.length > 32) number = number.subarray(1)
    raw.set(number, end - number.length)
    at += 2 + length
  }
  return raw
}

async function signBytes(bytes: Uint8Array, signer: Signer) {
  const header = base64url(JSON.stringify({ alg: 'ES256', kid: signer.kid, typ: 'JOSE', cty: 'application/json' }))
  const payload = Buffer.from(bytes).toString('base64url')
  const signature = await signer.sign(Buffer.from(`${header}.${payload}`))
  return { header, payload, signature: Buffer.from(signature).toString('base64url') }
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url')
}

/** The one spelling of its bytes: the last character has bits to spare. */
function isBase64url(text: string): boolean {
  return Buffer.from(text, 'base64url').toString('base64url') === text
}

function kidOf(header: string): string | undefined {
  try {
    const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid?: unknown }
    return typeof kid === 'string' ? kid : undefined
  } catch {
    return undefined
  }
}
