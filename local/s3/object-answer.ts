import { checksumHeaders } from './checksum.ts'
import { checkRead } from './conditions.ts'
import type { Span } from './data-file.ts'
import { S3Error } from './error.ts'
import { type Answer, headerValue, type S3Request } from './request.ts'
import { retentionHeaders } from './retention.ts'
import { findBucket, type Store } from './store.ts'
import { contentHeaders } from './stored-headers.ts'
import { findObject, type ObjectVersion, versionHeader } from './version.ts'

interface Selection extends Span {
  readonly checksum?: ObjectVersion['checksum']
  readonly partial: boolean
}

/** What GET and HEAD honour. */
export const readParameters: readonly string[] = [
  'versionId',
  'partNumber',
  'range',
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
  'x-amz-checksum-mode',
  ...contentHeaders.map(name => `response-${name}`),
]

/** Everything but the bytes; `span` says which they are, and is absent when there are none to send. */
export function objectAnswer(request: S3Request, store: Store): Answer & { version: ObjectVersion; span?: Span } {
  const { headers, query } = request
  const bucket = findBucket(store, request.bucket)
  const version = findObject(bucket, request.key, query.get('versionId'))
  const identity = {
    etag: `"${version.etag}"`,
    'last-modified': new Date(version.lastModified).toUTCString(),
    ...versionHeader(bucket, version),
  }
  if (checkRead(headers, version) === 'not-modified') return { version, status: 304, headers: identity }
  const { start, end, partial, checksum } = select(version, headers.range, query.get('partNumber'))
  const length = end - start + 1
  return {
    version,
    status: partial ? 206 : 200,
    headers: {
      ...version.headers,
      ...identity,
      'accept-ranges': 'bytes',
      'content-length': String(length),
      'content-range': partial ? `bytes ${start}-${end}/${version.size}` : undefined,
      'x-amz-mp-parts-count': query.has('partNumber') && version.parts ? String(version.parts.length) : undefined,
      'x-amz-tagging-count': version.tags.length > 0 ? String(version.tags.length) : undefined,
      ...retentionHeaders(version.retention),
      ...(headers['x-amz-checksum-mode'] === 'ENABLED' && checksumHeaders(checksum)),
      ...overridden(query),
    },
    ...(length > 0 && { span: { start, end } }),
  }
}

/** A range has no checksum of its own; a part and the whole have. */
function select(version: ObjectVersion, range: string | undefined, partNumber: string | null): Selection {
  if (partNumber !== null && range !== undefined) {
    throw new S3Error('InvalidRequest', 'Cannot specify both Range header and partNumber query parameter')
  }
  if (partNumber !== null) return selectPart(version, Number(partNumber))
  const span = range === undefined ? undefined : selectRange(version, range)
  return span
    ? { ...span, partial: true }
    : { start: 0, end: version.size - 1, partial: false, checksum: version.checksum }
}

function selectPart({ parts, size, checksum }: ObjectVersion, number: number): Selection {
  const all = parts ?? [{ size, checksum }]
  const part = all[number - 1]
  if (!part) throw new S3Error('InvalidPartNumber', `The requested partnumber is not satisfiable: 1 to ${all.length}`)
  const start = all.slice(0, number - 1).reduce((sum, one) => sum + one.size, 0)
  return { start, end: start + part.size - 1, partial: part.size > 0, checksum: part.checksum }
}

/** Undefined for what RFC 9110 section 14.2 lets a server pass over: another unit or a range that cannot be read. */
function selectRange({ size }: ObjectVersion, range: string): Span | undefined {
  if (range.includes(',')) throw new S3Error('NotImplemented', `More than one range in a request: ${range}`)
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined
  if (first !== '' && last !== '' && Number(first) > Number(last)) return undefined
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  if (start >= size) {
    throw new S3Error('InvalidRange', `The requested range is not satisfiable: ${range} of ${size} bytes`, {
      'content-range': `bytes */${size}`,
    })
  }
  return { start, end: first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1) }
}

function overridden(query: URLSearchParams): Record<string, string> {
  const given = contentHeaders.flatMap(name => {
    const value = query.get(`response-${name}`)
    return value === null ? [] : [[name, headerValue(`response-${name}`, value)]]
  })
  return Object.fromEntries(given)
}
