import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { parse } from 'csv-parse'
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { type FeedKind, feedColumnType, feedKindOf } from '../lambdas/registry/feeds.ts'

/**
 * A file of a feed as the lines that a feed is: NDJSON as it stands, a row of CSV or of Parquet as one JSON object. The file's name
 * says of which kind it is; a column that the kind does not have, or that stands there twice, is an error.
 */
export function feedText(path: string): AsyncIterable<Buffer> {
  const kind = feedKindOf(basename(path))
  if (kind && path.endsWith('.csv')) return inChunks(readable(path, 'CSV', csvLines(path, kind)))
  if (kind && path.endsWith('.parquet')) return inChunks(readable(path, 'Parquet', parquetLines(path, kind)))
  return createReadStream(path, { highWaterMark: chunkBytes })
}

const chunkBytes = 1024 * 1024

/** The readers' own messages may quote a value, so only where it is passes. */
async function* readable(path: string, format: string, lines: AsyncIterable<string>): AsyncGenerator<string> {
  try {
    yield* lines
  } catch (error) {
    const { code, lines: line } = error as { readonly code?: string; readonly lines?: number }
    if (code === 'ENOENT' || error instanceof WrongColumns) throw error
    const where = code && line ? `: ${code} in line ${line}` : ''
    throw new UnreadableFeed(`${path} is not whole ${format}${where}`, { cause: error })
  }
}

class UnreadableFeed extends Error {
  override readonly name = 'UnreadableFeed'
  readonly code = 'unreadable-feed'
}

class WrongColumns extends Error {
  override readonly name = 'WrongColumns'
  readonly code = 'wrong-columns'
}

/** The message says where, not what: without a row of names the first row is somebody's data. */
function ensureColumns(path: string, kind: FeedKind, names: readonly string[]) {
  const strange = names.flatMap((name, at) =>
    feedColumnType(kind, name) && names.indexOf(name) === at ? [] : [at + 1],
  )
  if (strange.length === 0) return
  throw new WrongColumns(
    `${path}: column ${strange.join(', ')} is none of ${kind}, or is there twice; name each as docs/feeds.md does, and leave out what it does not have`,
  )
}

async function* inChunks(lines: AsyncIterable<string>): AsyncGenerator<Buffer> {
  let text = ''
  for await (const line of lines) {
    text += `${line}\n`
    if (text.length < chunkBytes) continue
    yield Buffer.from(text)
    text = ''
  }
  if (text) yield Buffer.from(text)
}

/**
 * CSV as RFC 4180 has it, or with semicolons as spreadsheets write it where the comma is a decimal sign. The first row names the
 * fields; an empty value is an absent one. A row with more or fewer values than names comes out as a list, which no feed takes.
 */
async function* csvLines(path: string, kind: FeedKind): AsyncGenerator<string> {
  let names: readonly string[] | undefined
  const options = { bom: true, relax_column_count: true, skip_empty_lines: true, delimiter: await delimiterOf(path) }
  for await (const values of createReadStream(path).pipe(parse(options)) as AsyncIterable<string[]>) {
    if (names) {
      yield JSON.stringify(values.length === names.length ? csvRecord(kind, names, values) : values)
      continue
    }
    names = values.map(name => name.trim())
    ensureColumns(path, kind, names)
  }
  if (!names) throw new WrongColumns(`${path}: no first row that names the fields, as docs/feeds.md does`)
}

async function delimiterOf(path: string): Promise<string> {
  for await (const chunk of createReadStream(path, { encoding: 'utf8' })) {
    const [header = ''] = (chunk as string).split('\n')
    return header.includes(';') && !header.includes(',') ? ';' : ','
  }
  return ','
}

function csvRecord(kind: FeedKind, names: readonly string[], values: readonly string[]): object {
  return Object.fromEntries(
    names.flatMap((name, at) => {
      const value = values[at] as string
      return value === '' ? [] : [[name, feedColumnType(kind, name) === 'integer' ? wholeNumber(value) : value]]
    }),
  )
}

/** What is no whole number stays as it is, and is refused under its field. */
function wholeNumber(value: string): string | number {
  return /^(0|[1-9][0-9]{0,8})$/.test(value) ? Number(value) : value
}

/** One group of rows in memory at a time. */
async function* parquetLines(path: string, kind: FeedKind): AsyncGenerator<string> {
  const file = await asyncBufferFromFile(path)
  const metadata = await parquetMetadataAsync(file)
  const { children } = parquetSchema(metadata)
  ensureColumns(
    path,
    kind,
    children.map(({ element }) => element.name),
  )
  let rowStart = 0
  for (const { num_rows } of metadata.row_groups) {
    const rowEnd = rowStart + Number(num_rows)
    for (const row of await parquetReadObjects({ file, metadata, compressors, rowStart, rowEnd })) {
      yield JSON.stringify(
        Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(kind, name, value)])),
      )
    }
    rowStart = rowEnd
  }
}

/** A date or an instant as text, by what the feed's field is; a 64-bit integer as a number, of which the feed's are a small part. */
function plain(kind: FeedKind, name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value)
  if (!(value instanceof Date)) return value
  return feedColumnType(kind, name) === 'instant' ? value.toISOString() : value.toISOString().slice(0, 10)
}
