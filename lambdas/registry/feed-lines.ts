import { isUtf8 } from 'node:buffer'
import type { Refusal } from './feeds.ts'
import { maximumPieceLines } from './landing-keys.ts'

/** Line 0 stands for the whole file. */
export type FeedLine = { readonly line: number } & (
  | { readonly text: string }
  | { readonly refusals: readonly Refusal[] }
)

/** Bytes of a line without its end, at most. */
export const maximumLineBytes = 1024 * 1024

/** The lines of a piece, none where it is empty: a day without news is a feed as well. They end in LF or CRLF, the last one also with the piece. Memory holds a line and a chunk. */
export async function* feedLines(source: AsyncIterable<Uint8Array>): AsyncGenerator<FeedLine> {
  let line = 0
  for await (const bytes of splitLines(source)) {
    const other = line === 0 && otherFormat('lines of NDJSON', bytes)
    if (other) {
      yield refused(0, other)
      return
    }
    if (line === maximumPieceLines) {
      yield refused(0, `at-most-${maximumPieceLines}-lines`)
      return
    }
    line++
    yield readLine(line, bytes)
  }
}

const lineFeed = 0x0a
const carriageReturn = 0x0d

async function* splitLines(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.of()
  for await (const { buffer, byteOffset, byteLength } of source) {
    const chunk = Buffer.from(buffer, byteOffset, byteLength)
    let start = 0
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
      yield joined(rest, chunk.subarray(start, end))
      rest = Buffer.of()
      start = end + 1
    }
    rest = joined(rest, chunk.subarray(start))
  }
  if (rest.length > 0) yield rest
}

/** What comes after a line is known to be too long is dropped. */
function joined(rest: Buffer, more: Buffer): Buffer {
  return rest.length > maximumLineBytes ? rest : Buffer.concat([rest, more])
}

function readLine(line: number, bytes: Buffer): FeedLine {
  const end = bytes.at(-1) === carriageReturn ? bytes.length - 1 : bytes.length
  if (end > maximumLineBytes) return refused(line, `at-most-${maximumLineBytes}-bytes`)
  if (!isUtf8(bytes)) return refused(line, 'utf-8')
  if (line === 1 && isMarked(bytes)) return refused(line, 'no-byte-order-mark')
  return { line, text: bytes.toString('utf8', 0, end) }
}

function refused(line: number, rule: string): FeedLine {
  return { line, refusals: [{ field: line === 0 ? 'file' : 'line', rule, value: undefined }] }
}

/** What begins so (RFC 1952, section 2.3.1; Apache Parquet's magic number) is another format under this one's name. */
export function otherFormat(format: string, bytes: Buffer): string | undefined {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return `${format}, not gzip: unpack the file first`
  const isParquet = format !== 'Parquet' && bytes.toString('latin1', 0, 4) === 'PAR1'
  return isParquet ? `${format}, not Parquet: name the file .parquet` : undefined
}

function isMarked(bytes: Buffer): boolean {
  return bytes.subarray(0, 3).equals(Buffer.of(0xef, 0xbb, 0xbf))
}
