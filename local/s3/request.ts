import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { S3Error } from './error.ts'
import type { Store } from './store.ts'

export interface S3Request {
  readonly method: string
  /** The path and the query as they were signed. */
  readonly path: string
  readonly signedQuery: URLSearchParams
  /** Empty for the list of buckets. */
  readonly bucket: string
  /** Empty when the request is about the bucket. */
  readonly key: string
  /** Without what belongs to the signature of a presigned URL. */
  readonly query: URLSearchParams
  /** Lower-case names; the x-amz-* parameters of a presigned URL stand among them. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: AsyncIterable<Uint8Array>
}

export interface Answer {
  readonly status?: number | undefined
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined
  readonly body?: string | Readable
}

export interface Operation {
  readonly method: 'DELETE' | 'GET' | 'HEAD' | 'POST' | 'PUT'
  readonly on: 'service' | 'bucket' | 'object'
  /** Query parameters or headers that together make a request this operation and not a plainer one. */
  readonly when?: readonly string[]
  /** Further query parameters and headers that it honours. */
  readonly takes?: readonly string[]
  answer(request: S3Request, store: Store): Answer | Promise<Answer>
}

/** docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const longestKey = 1024

const signatureParameters = new Set([
  'x-amz-algorithm',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-expires',
  'x-amz-signature',
  'x-amz-signedheaders',
])

export function readRequest(message: IncomingMessage): S3Request {
  const url = message.url ?? '/'
  const question = url.indexOf('?')
  const path = question < 0 ? url : url.slice(0, question)
  const signedQuery = new URLSearchParams(question < 0 ? '' : url.slice(question + 1))
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(decodePath(path)) ?? []
  if (Buffer.byteLength(key) > longestKey) {
    throw new S3Error('KeyTooLongError', `Your key is too long: ${Buffer.byteLength(key)} bytes, at most ${longestKey}`)
  }
  return {
    method: message.method ?? '',
    path,
    signedQuery,
    bucket,
    key,
    ...parameters(message, signedQuery),
    body: message.iterator({ destroyOnReturn: false }),
  }
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    throw new S3Error('InvalidURI', `Couldn't parse the specified URI: ${path}`)
  }
}

/** A query's value that is to stand in a header. */
export function headerValue(name: string, value: string): string {
  if (/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) return value
  throw new S3Error('InvalidArgument', `Header value cannot be represented using ISO-8859-1: ${name}`)
}

/** A presigner moves x-amz-* headers into the query; there they are signed, so they win over a header of that name. */
function parameters(message: IncomingMessage, signedQuery: URLSearchParams): Pick<S3Request, 'headers' | 'query'> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = [value].flat().join(',')
  }
  const query = new URLSearchParams()
  const presigned = signedQuery.has('X-Amz-Signature')
  for (const [name, value] of signedQuery) {
    const header = name.toLowerCase()
    if (!presigned || !header.startsWith('x-amz-')) query.append(name, value)
    else if (!signatureParameters.has(header)) headers[header] = headerValue(name, value)
  }
  return { headers, query }
}
