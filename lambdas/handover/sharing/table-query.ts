import { z } from 'zod'
import { wholeNumber } from './list-page.ts'
import { opaqueToken, readOpaqueToken } from './opaque-token.ts'
import { type ProvinceHint, provinceHint } from './province-hint.ts'
import { SharingRefusal, wrongValue } from './sharing-refusal.ts'
import type { At, ChangeRange } from './versions.ts'

/** Where a page of files begins: within the files of these versions of a table. */
export interface FilePlace {
  readonly first: number
  readonly last: number
  readonly file: number
}

interface Paged {
  /** Where an earlier answer said to go on. */
  readonly place?: FilePlace
  readonly maxFiles?: number
}

export interface TableQuery extends Paged {
  readonly at: At
  /** Which files the reader can do without. */
  readonly hint: ProvinceHint
  /** Whether the answer should say how to be given fresh links to the same version. */
  readonly includeRefreshToken: boolean
}

export interface ChangesQuery extends Paged {
  readonly range: ChangeRange
}

const wholeFrom = (least: number) => {
  const error = `a whole number from ${least}`
  return z.int({ error }).min(least, { error })
}
const anInstant = 'an instant in ISO 8601, such as 2026-11-22T07:00:00Z'
const instant = z.iso.datetime({ offset: true, error: anInstant })
const token = z.string({ error: 'text' })

/** Of a body; what it does not name is for other servers, and a field that is null is as good as absent. */
const queryBody = z.looseObject({
  version: wholeFrom(0).nullish(),
  timestamp: instant.nullish(),
  startingVersion: wholeFrom(0).nullish(),
  maxFiles: wholeFrom(1).nullish(),
  pageToken: token.nullish(),
  refreshToken: token.nullish(),
  includeRefreshToken: z.boolean({ error: 'true or false' }).nullish(),
  jsonPredicateHints: z.unknown().optional(),
})

/** What a body asks of a table, whose id it is. @throws SharingRefusal */
export function readTableQuery(content: unknown, table: string): TableQuery {
  const { data, error } = queryBody.safeParse(content)
  if (error) throw refusedField(error)
  const { version, timestamp, startingVersion, jsonPredicateHints } = data
  const { maxFiles, pageToken, refreshToken, includeRefreshToken } = data
  if ([version, timestamp, startingVersion].filter(given => given !== undefined && given !== null).length > 1) {
    throw wrongValue('version, timestamp, startingVersion', 'one of them at most')
  }
  if (typeof startingVersion === 'number') {
    throw new SharingRefusal(
      'unsupported',
      'startingVersion: files are not streamed by version; read the change feed (readChangeFeed, /changes)',
    )
  }
  const pinned = refreshToken ? readPlace('refreshToken', refreshToken, table) : undefined
  return {
    at: pinned ? { version: pinned.last } : atOf(version, timestamp),
    hint: provinceHint(jsonPredicateHints),
    includeRefreshToken: includeRefreshToken ?? false,
    ...paged(table, pageToken, maxFiles),
  }
}

export interface Parameters {
  readonly [name: string]: string | undefined
}

/** What a table's `/metadata` asks for. @throws SharingRefusal */
export function readMetadataQuery({ version, timestamp }: Parameters): At {
  if (version !== undefined && timestamp !== undefined) throw wrongValue('version, timestamp', 'one of them at most')
  return atOf(
    version === undefined ? undefined : wholeNumber('version', version),
    timestamp && readInstant('timestamp', timestamp),
  )
}

/** What a table's `/changes` asks for. @throws SharingRefusal */
export function readChangesQuery(parameters: Parameters, table: string): ChangesQuery {
  const { pageToken } = parameters
  const from = ranged('starting', parameters)
  if (from === 'newest') throw wrongValue('startingVersion', 'a version to begin with, or a startingTimestamp')
  const maxFiles = parameters.maxFiles === undefined ? undefined : wholeNumber('maxFiles', parameters.maxFiles)
  if (maxFiles === 0) throw wrongValue('maxFiles', 'a whole number from 1')
  return { range: { from, to: ranged('ending', parameters) }, ...paged(table, pageToken, maxFiles) }
}

export function readInstant(parameter: string, text: string): string {
  const { data } = instant.safeParse(text)
  if (data === undefined) throw wrongValue(parameter, anInstant)
  return data
}

export function placeToken(table: string, place: FilePlace): string {
  return opaqueToken({ table, ...place })
}

function readPlace(parameter: string, token: string, table: string): FilePlace {
  const whole = z.int().min(0)
  return readOpaqueToken(
    parameter,
    token,
    z.object({ table: z.literal(table), first: whole, last: whole, file: whole }),
  )
}

function paged(table: string, pageToken: string | null | undefined, maxFiles: number | null | undefined): Paged {
  return {
    ...(pageToken && { place: readPlace('pageToken', pageToken, table) }),
    ...(typeof maxFiles === 'number' && { maxFiles }),
  }
}

function ranged(end: 'starting' | 'ending', parameters: Parameters): At {
  const [version, timestamp] = [`${end}Version`, `${end}Timestamp`]
  const [number, instant] = [parameters[version], parameters[timestamp]]
  if (number !== undefined && instant !== undefined) throw wrongValue(`${version}, ${timestamp}`, 'one of them at most')
  if (number !== undefined) return { version: wholeNumber(version, number) }
  return atOf(undefined, instant && readInstant(timestamp, instant))
}

function atOf(version: number | null | undefined, timestamp: string | null | undefined): At {
  if (typeof version === 'number') return { version }
  return timestamp ? { timestamp: new Date(timestamp) } : 'newest'
}

function refusedField({ issues: [issue] }: z.ZodError): SharingRefusal {
  const [field] = issue?.path ?? []
  return typeof field === 'string' ? wrongValue(field, issue?.message ?? '') : new SharingRefusal('malformed-body')
}
