import { S3Error } from './error.ts'
import { compareKeys } from './key-order.ts'
import { encodeUri } from './signature.ts'
import type { XmlFields } from './xml.ts'

export interface Listed {
  readonly key: string
  /** Tells apart the versions or the uploads of one key. */
  readonly id?: string
}

export interface Marker {
  readonly key: string
  readonly id?: string | undefined
}

export interface PageQuery {
  readonly prefix: string
  readonly delimiter: string
  readonly max: number
  /** The page begins after it. */
  readonly marker?: Marker | undefined
}

export interface Page<T> {
  readonly entries: readonly T[]
  /** The keys up to the delimiter, once for all that begin so. */
  readonly prefixes: readonly string[]
  /** Where the next page goes on; absent on the last one. */
  readonly next?: Marker
}

/** S3 lists at most 1,000 of anything at a time, however many are asked for. */
const mostEntries = 1000

/** Takes what begins with the prefix, by key. */
export function pageOf<T extends Listed>(sorted: Iterable<T>, { prefix, delimiter, max, marker }: PageQuery): Page<T> {
  const entries: T[] = []
  const prefixes: string[] = []
  let last: Marker | undefined
  for (const entry of afterMarker(sorted, marker)) {
    const group = groupOf(entry.key, prefix, delimiter)
    if (group !== undefined && (group === prefixes.at(-1) || group === marker?.key)) continue
    if (entries.length + prefixes.length === max) return { entries, prefixes, ...(last && { next: last }) }
    if (group === undefined) entries.push(entry)
    else prefixes.push(group)
    last = group === undefined ? { key: entry.key, id: entry.id } : { key: group }
  }
  return { entries, prefixes }
}

export function readPageQuery(query: URLSearchParams, maxName: string, marker: Marker | undefined): PageQuery {
  const max = Number(query.get(maxName) ?? mostEntries)
  if (!Number.isInteger(max) || max < 0) {
    throw new S3Error('InvalidArgument', `${maxName} must be a whole number from 0, not ${query.get(maxName)}`)
  }
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    max: Math.min(max, mostEntries),
    marker,
  }
}

export function readMarker(query: URLSearchParams, keyName: string, idName: string): Marker | undefined {
  const key = query.get(keyName)
  return key ? { key, id: query.get(idName) ?? undefined } : undefined
}

/** What the three lists say in the same words. */
export function pageElements(query: URLSearchParams, asked: PageQuery, { prefixes, next }: Page<unknown>): XmlFields {
  const encode = keyEncoder(query)
  return {
    Prefix: encode(asked.prefix),
    Delimiter: asked.delimiter === '' ? undefined : encode(asked.delimiter),
    EncodingType: query.get('encoding-type') ?? undefined,
    IsTruncated: next !== undefined,
    CommonPrefixes: prefixes.map(prefix => ({ Prefix: encode(prefix) })),
  }
}

/** For keys that XML cannot bear, a client asks for encoding-type=url. */
export function keyEncoder(query: URLSearchParams): (key: string) => string {
  const type = query.get('encoding-type')
  if (type === null) return key => key
  if (type !== 'url') throw new S3Error('InvalidArgument', `Invalid Encoding Method specified in Request: ${type}`)
  return key => key.split('/').map(encodeUri).join('/')
}

/** When the marker's id is gone, all of its key come again: better twice than not at all. */
function* afterMarker<T extends Listed>(sorted: Iterable<T>, marker: Marker | undefined): Iterable<T> {
  if (!marker) return yield* sorted
  const sameKey: T[] = []
  for (const entry of sorted) {
    const order = compareKeys(entry.key, marker.key)
    if (order === 0) sameKey.push(entry)
    if (order <= 0) continue
    yield* idsAfter(sameKey.splice(0), marker.id)
    yield entry
  }
  yield* idsAfter(sameKey, marker.id)
}

function idsAfter<T extends Listed>(sameKey: readonly T[], id: string | undefined): readonly T[] {
  return id === undefined ? [] : sameKey.slice(sameKey.findIndex(entry => entry.id === id) + 1)
}

function groupOf(key: string, prefix: string, delimiter: string): string | undefined {
  const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
  return end < 0 ? undefined : key.slice(0, end + delimiter.length)
}
