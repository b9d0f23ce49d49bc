import { createHash, createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'
import { S3Error } from './error.ts'
import type { S3Request } from './request.ts'

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

interface Claim {
  readonly credential: string
  /** As in x-amz-date: 20260131T235959Z. */
  readonly date: string
  readonly signedHeaders: readonly string[]
  readonly signature: string
}

const algorithm = 'AWS4-HMAC-SHA256'

/** @throws S3Error when a request is not signed as it must be. */
export type VerifySignature = (request: S3Request, now: Date) => void

/**
 * Signature Version 4, in the Authorization header or in a presigned URL; every region is taken.
 * The age of a header's signature is not judged, since `now` may be a test's clock and the client's is not.
 */
export function signatureVerifier(credentials: Credentials): VerifySignature {
  const keyOf = signingKeys(credentials)
  return (request, now) => verifySignature(request, now, credentials, keyOf)
}

function verifySignature(request: S3Request, now: Date, credentials: Credentials, keyOf: (scope: Scope) => KeyObject) {
  const presigned = request.signedQuery.has('X-Amz-Signature')
  const claim = presigned ? claimOfQuery(request.signedQuery) : claimOfHeaders(request.headers)
  const scope = scopeOf(claim)
  if (scope.accessKeyId !== credentials.accessKeyId) {
    throw new S3Error('InvalidAccessKeyId', `The access key Id ${scope.accessKeyId} does not exist in our records`)
  }
  refuseUnsignedHeaders(request, claim)
  const stringToSign = [algorithm, claim.date, scope.text, sha256(canonicalRequest(request, claim))].join('\n')
  if (!sameText(hmac(keyOf(scope), stringToSign).toString('hex'), claim.signature)) {
    throw new S3Error(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    )
  }
  if (presigned) refuseExpired(request.signedQuery, claim, now)
}

/** A key is good for a day in a region, so the last one serves nearly every request. */
function signingKeys({ secretAccessKey }: Credentials): (scope: Scope) => KeyObject {
  let last: { readonly scope: string; readonly key: KeyObject } | undefined
  return ({ text }) => {
    if (last?.scope === text) return last.key
    const key = text.split('/').reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${secretAccessKey}`)
    last = { scope: text, key: createSecretKey(key as Buffer) }
    return last.key
  }
}

/** S3's encoding: RFC 3986, everything but the unreserved characters. */
export function encodeUri(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
}

function claimOfQuery(query: URLSearchParams): Claim {
  if (query.get('X-Amz-Algorithm') !== algorithm) {
    throw new S3Error('AuthorizationQueryParametersError', `X-Amz-Algorithm only supports "${algorithm}"`)
  }
  return {
    credential: query.get('X-Amz-Credential') ?? '',
    date: query.get('X-Amz-Date') ?? '',
    signedHeaders: (query.get('X-Amz-SignedHeaders') ?? '').split(';'),
    signature: query.get('X-Amz-Signature') ?? '',
  }
}

function claimOfHeaders(headers: S3Request['headers']): Claim {
  const { authorization } = headers
  if (authorization === undefined) throw new S3Error('AccessDenied', 'Access Denied: the request is not signed')
  const [, credential, signedHeaders, signature] =
    /^AWS4-HMAC-SHA256\s+Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/.exec(
      authorization,
    ) ?? []
  if (!credential || !signedHeaders || !signature) {
    throw new S3Error('AuthorizationHeaderMalformed', `The authorization header is not of the form ${algorithm} asks`)
  }
  if (headers['x-amz-content-sha256'] === undefined) {
    throw new S3Error('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256')
  }
  return { credential, date: headers['x-amz-date'] ?? '', signedHeaders: signedHeaders.split(';'), signature }
}

interface Scope {
  readonly accessKeyId: string
  /** Day, region, service and end. */
  readonly text: string
}

function scopeOf({ credential }: Claim): Scope {
  const [accessKeyId, day, region, service, end, ...rest] = credential.split('/')
  if (!accessKeyId || !day || !region || service !== 's3' || end !== 'aws4_request' || rest.length > 0) {
    const form = '<key>/<day>/<region>/s3/aws4_request'
    throw new S3Error('AuthorizationHeaderMalformed', `The credential ${credential} should be ${form}`)
  }
  return { accessKeyId, text: `${day}/${region}/s3/aws4_request` }
}

function refuseUnsignedHeaders({ headers, signedQuery }: S3Request, { signedHeaders }: Claim): void {
  const inQuery = new Set([...signedQuery.keys()].map(name => name.toLowerCase()))
  const unsigned = ['host', ...Object.keys(headers).filter(name => name.startsWith('x-amz-'))].filter(
    name => !signedHeaders.includes(name) && !inQuery.has(name),
  )
  if (unsigned.length > 0) {
    throw new S3Error('AccessDenied', `There were headers present in the request which were not signed: ${unsigned}`)
  }
}

function canonicalRequest(request: S3Request, { signedHeaders }: Claim): string {
  const query = [...request.signedQuery]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encodeUri(name)}=${encodeUri(value)}`)
    .sort()
  const headers = signedHeaders.map(name => `${name}:${(request.headers[name] ?? '').trim().replace(/\s+/g, ' ')}\n`)
  return [
    request.method,
    request.path.split('/').map(decodeURIComponent).map(encodeUri).join('/'),
    query.join('&'),
    headers.join(''),
    signedHeaders.join(';'),
    request.headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD',
  ].join('\n')
}

function refuseExpired(query: URLSearchParams, { date }: Claim, now: Date): void {
  const seconds = Number(query.get('X-Amz-Expires'))
  const signedAt = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ)$/, '$1-$2-$3:$4:$5'))
  if (!(now.getTime() <= signedAt + seconds * 1000)) throw new S3Error('AccessDenied', 'Request has expired')
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function hmac(key: string | Buffer | KeyObject, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function sameText(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other))
}
