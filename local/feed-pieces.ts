import { createHash } from 'node:crypto'
import { feedText } from './feed-text.ts'

export interface FeedFileFacts {
  readonly sha256: string
  readonly lines: number
}

export async function feedFileFacts(path: string): Promise<FeedFileFacts> {
  const hash = createHash('sha256')
  let lines = 0
  let last = lineFeed
  for await (const chunk of feedText(path)) {
    hash.update(chunk)
    lines += lineEnds(chunk).length
    last = chunk.at(-1) as number
  }
  return { sha256: hash.digest('hex'), lines: last === lineFeed ? lines : lines + 1 }
}

/** So few lines that progress shows, and that a piece is taken in well before its Lambda's time is up. */
const pieceLines = 2_000

/** Bytes after which a piece ends with the next line; a line of more than that is itself cut, and refused in every part. */
const pieceBytes = 32 * 1024 * 1024

const lineFeed = 0x0a

/** The file in pieces of whole lines; an empty file is one empty piece. */
export async function* feedPieces(path: string): AsyncGenerator<Buffer> {
  let piece: Buffer[] = []
  let bytes = 0
  let lines = 0
  let cut = 0
  const take = (part: Buffer) => {
    piece.push(part)
    bytes += part.length
  }
  const whole = () => {
    const joined = Buffer.concat(piece)
    ;[piece, bytes, lines, cut] = [[], 0, 0, cut + 1]
    return joined
  }
  for await (const chunk of feedText(path)) {
    let start = 0
    for (const end of lineEnds(chunk)) {
      lines++
      if (lines < pieceLines && bytes < pieceBytes) continue
      take(chunk.subarray(start, end + 1))
      yield whole()
      start = end + 1
    }
    take(chunk.subarray(start))
    if (bytes >= 2 * pieceBytes) yield whole()
  }
  if (bytes > 0 || cut === 0) yield whole()
}

function lineEnds(chunk: Buffer): readonly number[] {
  const ends: number[] = []
  for (let at = chunk.indexOf(lineFeed); at !== -1; at = chunk.indexOf(lineFeed, at + 1)) ends.push(at)
  return ends
}
