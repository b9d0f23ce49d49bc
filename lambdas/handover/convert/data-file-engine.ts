import { createHash, type Hash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline, type Readable, type TransformOptions, Writable } from 'node:stream'
import { createGunzip, type ZlibOptions } from 'node:zlib'
import type { ItemKind } from '../../registry/items.ts'
import { giveBack, giveBackPiece } from '../../shared/give-back.ts'
import { HandoverFault } from '../fault.ts'
import { kindsOfLines, type LineFault, newLine, wholeLines } from './item-lines.ts'
import type { Aggregate } from './parts.ts'

/** A data file as the export's own manifest lists it. */
export interface DataFile {
  /** The last part of its key, without `.json.gz`. */
  readonly name: string
  readonly itemCount: number
  /** Of the compressed bytes, base64. */
  readonly md5: string
}

export interface ReadOptions {
  /** Where the chunks lie, each until it was taken. */
  readonly dir: string
  /** How much plain JSON is parsed at once. */
  readonly chunkBytes: number
  /** Whose lines are parsed; others are counted and passed over. */
  readonly aggregates: readonly Aggregate[]
  /** How often a line may say which item it is of: once in a full export, three times in an incremental one. */
  readonly keysPerLine: number
  readonly onChunk: (chunk: Chunk) => Promise<void>
}

/** Lines of one aggregate, in a file of their own. */
export interface Chunk {
  readonly aggregate: Aggregate
  readonly path: string
  /** From 0 within its aggregate. */
  readonly number: number
  /** Where each stands in the data file, from 1. */
  readonly lines: readonly number[]
}

export type ItemCounts = Readonly<Record<ItemKind, number>>

const itemKindOf: Readonly<Record<Aggregate, ItemKind>> = {
  households: 'household',
  persons: 'person',
  contributors: 'contributions',
}

/**
 * Gunzips a data file and cuts it into chunks of whole lines by aggregate; gives how many items of each kind it holds.
 * @throws HandoverFault when the file is not what the manifest says, or holds what the registry does not know.
 */
export async function readDataFile(source: Readable, file: DataFile, options: ReadOptions): Promise<ItemCounts> {
  const { dir, chunkBytes, aggregates, keysPerLine, onChunk } = options
  const items: Record<ItemKind, number> = { household: 0, person: 0, contributions: 0, number: 0 }
  const growing = new Map(aggregates.map(aggregate => [itemKindOf[aggregate], new GrowingChunk(dir, aggregate)]))
  const md5 = createHash('md5')
  let lines = 0
  for await (const block of wholeLines(gunzipped(source, md5, file))) {
    const kindOf = kindsOfLines(block, keysPerLine)
    for (let start = 0; start < block.length; ) {
      const end = block.indexOf(newLine, start)
      lines++
      const kind = kindOf(start, end)
      if (!(kind in items)) throw unknownItem(file, lines, kind as LineFault)
      items[kind as ItemKind]++
      const chunk = growing.get(kind as ItemKind)
      if (chunk) {
        chunk.take(block, start, end + 1, lines)
        // At a line and not at a block: however the stream is cut, converting again makes the same parts
        if (chunk.bytes >= chunkBytes) await chunk.hand(onChunk)
      }
      start = end + 1
    }
    for (const chunk of growing.values()) if (chunk.held >= appendBytes) await chunk.append()
  }
  for (const chunk of growing.values()) {
    if (chunk.lines.length) await chunk.hand(onChunk)
    chunk.free()
  }
  checkTotals(file, md5.digest('base64'), lines)
  return items
}

function unknownItem(file: DataFile, line: number, fault: LineFault): HandoverFault {
  const fix = 'find who wrote it, take it out, then export again'
  return new HandoverFault('unknown-kind', file.name, `line ${line}: ${lineFaults[fault]}; ${fix}`)
}

const lineFaults: Readonly<Record<LineFault, string>> = {
  'no-sort-key': 'no item with a sort key',
  'too-many-sort-keys': 'an item with more than one sort key',
  'unknown-kind': 'no kind of item that the registry writes',
}

/** So much of a chunk gathers before it is written: a write costs as much as copying some hundred kilobytes. */
const appendBytes = 1024 * 1024

/** A chunk on its way to DuckDB: copied into one buffer, and from there to a file. */
class GrowingChunk implements Chunk {
  readonly aggregate: Aggregate
  readonly path: string
  number = 0
  bytes = 0
  lines: number[] = []
  #taken = Buffer.allocUnsafe(2 * appendBytes)
  #length = 0

  constructor(dir: string, aggregate: Aggregate) {
    this.aggregate = aggregate
    this.path = join(dir, `${aggregate}.json`)
  }

  /** Bytes that are not in the file yet. */
  get held() {
    return this.#length
  }

  take(block: Buffer, start: number, end: number, line: number) {
    if (this.#length + end - start > this.#taken.length) this.#grow(end - start)
    this.#length += block.copy(this.#taken, this.#length, start, end)
    this.bytes += end - start
    this.lines.push(line)
  }

  async append() {
    if (this.#length === 0) return
    const flag = this.bytes > this.#length ? 'a' : 'w'
    await writeFile(this.path, this.#taken.subarray(0, this.#length), { flag })
    this.#length = 0
  }

  async hand(onChunk: (chunk: Chunk) => Promise<void>) {
    await this.append()
    await onChunk(this)
    this.number++
    this.bytes = 0
    this.lines = []
  }

  /** It takes nothing more. */
  free() {
    giveBack(this.#taken.buffer)
  }

  #grow(more: number) {
    const grown = Buffer.allocUnsafe(2 * (this.#length + more))
    this.#taken.copy(grown, 0, 0, this.#length)
    this.free()
    this.#taken = grown
  }
}

async function* gunzipped(source: Readable, md5: Hash, file: DataFile): AsyncGenerator<Buffer> {
  // As objects, so that pieces come as gunzip made them: several of bytes would be joined in a copy, and seem to lie elsewhere
  const options: ZlibOptions & TransformOptions = {
    chunkSize: 1024 * 1024,
    readableObjectMode: true,
    readableHighWaterMark: 1,
  }
  const gunzip = createGunzip(options)
  const summed = new Writable({
    write(piece: Buffer, _, done) {
      md5.update(piece)
      gunzip.write(piece, error => {
        giveBackPiece(piece)
        done(error)
      })
    },
    final: done => gunzip.end(done),
  })
  pipeline(source, summed, error => error && gunzip.destroy(error))
  try {
    let taken: ArrayBufferLike | undefined
    for await (const piece of gunzip as AsyncIterable<Buffer>) {
      if (taken !== piece.buffer) giveBack(taken)
      taken = piece.buffer
      yield piece
    }
  } catch (error) {
    const fault = (error as NodeJS.ErrnoException).code?.startsWith('Z_')
    if (!fault) throw error
    const said = (error as Error).message
    throw new HandoverFault('data-file-gzip', file.name, `cut short or damaged: ${said}; ${fetchAgain}`, {
      cause: error,
    })
  } finally {
    // Whoever stops early would leave a connection open in a Lambda that stays warm
    source.destroy()
  }
}

const fetchAgain = 'fetch the file again, or make the export again'

function checkTotals(file: DataFile, md5: string, lines: number) {
  if (md5 !== file.md5)
    throw new HandoverFault('data-file-md5', file.name, `MD5 is ${md5}, the manifest says ${file.md5}; ${fetchAgain}`)
  if (lines !== file.itemCount) {
    throw new HandoverFault('data-file-count', file.name, `${lines} items, the manifest says ${file.itemCount}`)
  }
}
