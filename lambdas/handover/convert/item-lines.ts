import type { ItemKind } from '../../registry/items.ts'

const sortKey = Buffer.from('"SK":{"S":"')
export const newLine = 10

export type LineFault = 'no-sort-key' | 'too-many-sort-keys' | 'unknown-kind'

/**
 * Tells the kind of the item on each line of a block, from its `start` to its `end`, line after line: by its sort key alone, so that
 * kinds nobody asks for are never parsed. These bytes cannot stand inside a JSON string, which would escape the quotes. A kind that is
 * skipped may name at most `keysPerLine` sort keys; that of the others is checked again when they are parsed.
 */
export function kindsOfLines(block: Buffer, keysPerLine = 1): (start: number, end: number) => ItemKind | LineFault {
  // The next sort key, on whichever line: what was found beyond a line is not sought again
  let next = -1
  const seek = (from: number) => {
    const found = block.indexOf(sortKey, from)
    next = found < 0 ? block.length : found
  }
  return (start, end) => {
    if (next < start) seek(start)
    if (next >= end) return 'no-sort-key'
    const at = next + sortKey.length
    const kind = kinds[block[at] as number]
    if (kind === undefined || block[at + 1] !== kind.next) return 'unknown-kind'
    if (kind.parsed) return kind.name
    let keys = 0
    for (; next < end; seek(next + 1)) keys++
    return keys > keysPerLine ? 'too-many-sort-keys' : kind.name
  }
}

interface Kind {
  readonly name: ItemKind
  /** The byte behind the letter: the closing quote, or what separates it from the scheme. */
  readonly next: number
  readonly parsed: boolean
}

const code = (character: string) => character.charCodeAt(0)
const kinds: readonly (Kind | undefined)[] = Object.assign([], {
  [code('H')]: { name: 'household', next: code('"'), parsed: true },
  [code('P')]: { name: 'person', next: code('"'), parsed: true },
  [code('C')]: { name: 'contributions', next: code('#'), parsed: false },
  [code('N')]: { name: 'number', next: code('"'), parsed: false },
})

/**
 * Blocks of whole lines, each with its line end, in the stream's own memory where they can: a block holds until the next is asked for.
 * The last line may lack its own end.
 */
export async function* wholeLines(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const bytes of stream) {
    const first = bytes.indexOf(newLine) + 1
    if (first === 0) {
      rest = Buffer.concat([rest, bytes])
      continue
    }
    const last = bytes.lastIndexOf(newLine) + 1
    yield Buffer.concat([rest, bytes.subarray(0, first)])
    if (last > first) yield bytes.subarray(first, last)
    // A copy, since the stream may take its memory back
    rest = Buffer.from(bytes.subarray(last))
  }
  if (rest.length) yield Buffer.concat([rest, Buffer.of(newLine)])
}
