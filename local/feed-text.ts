import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { pipeline } from 'node:stream'
import { parse } from 'csv-parse'
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { otherFormat } from '../lambdas/registry/feed-lines.ts'
import { type FeedKind, feedColumnType, feedKindOf } from '../lambdas/registry/feeds.ts'

/**
 * A file of a feed as the lines that a feed is: NDJSON as it stands, a row of CSV or of Parquet as one JSON object. The file's name
 * says of which kind it is; what is not whole CSV or Parquet of that kind is a `RefusedFileError`.
 */
export function feedText(path: string): AsyncIterable<Buffer> {
  const kind = feedKindOf(basename(path))
  if (kind && path.endsWith('.csv')) return inChunks(readable(path, 'CSV', start => csvLines(path, kind, start)))
  if (kind && path.endsWith('.parquet')) return inChunks(readable(path, 'Parquet', () => parquetLines(path, kind)))
  return createReadStream(path, { highWaterMark: chunkBytes })
}

const chunkBytes = 1024 * 1024

/** A file that is refused as a whole; the rule says for what, and what to do. */
export class RefusedFileError extends Error {
  override readonly name = 'RefusedFileError'
  readonly code = 'refused-file'
  readonly rule: string

  constructor(path: string, rule: string, options?: ErrorOptions) {
    super(`${path}: ${rule}`, options)
    this.rule = rule
  }
}

/** The readers' own messages may quote a value, so only where it is passes. */
async function* readable(
  path: string,
  format: keyof typeof remedies,
  linesOf: (start: Buffer) => AsyncIterable<string>,
): AsyncGenerator<string> {
  const start = await startOf(path)
  const other = otherFormat(format, start)
  if (other) throw new RefusedFileError(path, other)
  let row = 1
  try {
    for await (const line of linesOf(start)) {
      yield line
      row++
    }
  } catch (error) {
    const { code, syscall, records = row } = error as NodeJS.ErrnoException & { readonly records?: number }
    if (syscall !== undefined || error instanceof RefusedFileError) throw error
    const rule =
      code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
        ? `${format} in UTF-8: save it in UTF-8`
        : `whole ${format}, which it is not from row ${Math.max(records, 1)} on: ${remedies[format]}`
    throw new RefusedFileError(path, rule, { cause: error })
  }
}

const remedies = {
  CSV: 'put a value with a quote in quotes, and double the quote',
  Parquet: 'write it again, or name it after what it is',
} as const

async function startOf(path: string): Promise<Buffer> {
  for await (const chunk of createReadStream(path)) return chunk as Buffer
  return Buffer.of()
}

/** The rule says where, not what: without a row of names the first row is somebody's data. */
function ensureColumns(path: string, kind: FeedKind, names: readonly string[]) {
  const strange = names.flatMap((name, at) =>
    feedColumnType(kind, name) && names.indexOf(name) === at ? [] : [at + 1],
  )
  if (strange.length === 0) return
  throw new RefusedFileError(
    path,
    `column ${strange.join(', ')} is none of ${kind}, or is there twice; name each as docs/feeds.md does, and leave out what it does not have`,
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
async function* csvLines(path: string, kind: FeedKind, start: Buffer): AsyncGenerator<string> {
  let names: readonly string[] | undefined
  const rows = parse({
    relax_column_count: true,
    skip_empty_lines: true,
    delimiter: delimiterOf(start),
    record_delimiter: ['\r\n', '\n'],
  })
  // The reader of the rows meets what fails
  pipeline(createReadStream(path), utf8, rows, () => {})
  for await (const values of rows as AsyncIterable<string[]>) {
    if (names) {
      yield JSON.stringify(values.length === names.length ? csvRecord(kind, names, values) : values)
      continue
    }
    names = values.map(name => name.trim())
    ensureColumns(path, kind, names)
  }
  if (!names) throw new RefusedFileError(path, 'no first row that names the fields, as docs/feeds.md does')
}

function delimiterOf(start: Buffer): string {
  const [header = ''] = start.toString().split('\n')
  return header.includes(';') && !header.includes(',') ? ';' : ','
}

/** Without a byte order mark; fails at what is in another encoding. */
async function* utf8(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true })
  yield decoder.decode()
}

function csvRecord(kind: FeedKind, names: readonly string[], values: readonly string[]): object {
  return Object.fromEntries(
    names.flatMap((name, at) => {
      const value = values[at] as string
      return value === '' ? [] : [[name, plain(kind, name, value)]]
    }),
  )
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

/** By what the feed's field is: a whole number from text or 64 bits, of which the feed's are a small part; a date or an instant as text. */
function plain(kind: FeedKind, name: string, value: unknown): unknown {
  const type = feedColumnType(kind, name)
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'string') return type === 'integer' ? wholeNumber(value) : value
  if (!(value instanceof Date)) return value
  return type === 'instant' ? value.toISOString() : value.toISOString().slice(0, 10)
}

/** What is no whole number stays as it is, and is refused under its field. */
function wholeNumber(value: string): string | number {
  return /^(0|[1-9][0-9]{0,9})$/.test(value) ? Number(value) : value
}
