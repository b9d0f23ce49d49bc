import { createHash, type Hash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { ItemKind } from '../registry/items.ts'
import { type Agreement, asksFor } from './agreement.ts'
import type { Engine } from './duckdb-engine.ts'
import { HandoverFault } from './fault.ts'
import { kindOfLine, newLine, wholeLines } from './item-lines.ts'
import {
  type Aggregate,
  guardedColumns,
  guardedElements,
  itemStruct,
  type List,
  listOf,
  ownKindOf,
  partsOf,
  refusedPrefix,
} from './parts.ts'
import {
  countParts,
  type KeyFile,
  keyFiles,
  type PartFile,
  partFiles,
  placeFault,
  writeKeys,
  writeParts,
} from './parts-engine.ts'
import { addCounts, type PlaceCount } from './place-count.ts'
import { literal } from './sql.ts'

/** A data file as the export's own manifest lists it. */
export interface DataFile {
  /** The last part of its key, without `.json.gz`. */
  readonly name: string
  readonly itemCount: number
  /** Of the compressed bytes, base64. */
  readonly md5: string
}

export interface ConvertOptions {
  readonly engine: Engine
  readonly agreements: readonly Agreement[]
  /** An empty folder for the chunks and the parts. */
  readonly dir: string
  /** How much plain JSON is parsed at once. */
  readonly chunkBytes: number
  /** Over how many files the keys are spread, so that equal ones meet. */
  readonly buckets: number
}

export interface Converted {
  readonly items: Readonly<Record<ItemKind, number>>
  /** By recipient: what its agreement's rows come to, counted on what was parsed and before anything was written. */
  readonly selected: Readonly<Record<string, readonly PlaceCount[]>>
  readonly parts: readonly PartFile[]
  readonly keys: readonly KeyFile[]
}

/**
 * Turns one data file into parts: Node gunzips and checks, DuckDB parses and guards a chunk at a time.
 * @throws HandoverFault when the file is not what the manifest says, or an item is not what the registry writes.
 */
export async function convertDataFile(source: Readable, file: DataFile, options: ConvertOptions): Promise<Converted> {
  const { dir, chunkBytes, agreements } = options
  const items: Record<ItemKind, number> = { household: 0, person: 0, contributions: 0, number: 0 }
  const selected = new Map<string, Map<string, PlaceCount>>(agreements.map(({ recipient }) => [recipient, new Map()]))
  const chunks: Partial<Record<ItemKind, Chunk>> = {
    household: new Chunk(dir, 'households'),
    person: new Chunk(dir, 'persons'),
    ...(agreements.some(agreement => asksFor(agreement, 'contributors')) && {
      contributions: new Chunk(dir, 'contributors'),
    }),
  }
  const md5 = createHash('md5')
  let lines = 0
  for await (const block of wholeLines(gunzipped(source, md5, file))) {
    for (let start = 0; start < block.length; ) {
      const end = block.indexOf(newLine, start)
      lines++
      const kind = kindOfLine(block, start, end)
      if (!(kind in items)) throw new HandoverFault('unknown-kind', file.name, `line ${lines}: ${kind}`)
      items[kind as ItemKind]++
      const chunk = chunks[kind as ItemKind]
      if (chunk) {
        chunk.take(block, start, end + 1)
        // At a line and not at a block: however the stream is cut, converting again makes the same parts
        if (chunk.bytes >= chunkBytes) await convertChunk(chunk, file, options, selected)
      }
      start = end + 1
    }
    for (const chunk of Object.values(chunks)) await chunk.append()
  }
  for (const chunk of Object.values(chunks)) if (chunk.lines) await convertChunk(chunk, file, options, selected)
  checkTotals(file, md5.digest('base64'), lines)
  return {
    items,
    selected: Object.fromEntries([...selected].map(([recipient, places]) => [recipient, [...places.values()]])),
    parts: await partFiles(dir),
    keys: await keyFiles(dir),
  }
}

/** Lines of one kind on their way to DuckDB: copied into one buffer, and from there to a file a block at a time. */
class Chunk {
  readonly aggregate: Aggregate
  readonly path: string
  number = 0
  bytes = 0
  lines = 0
  #taken = Buffer.allocUnsafe(2 * 1024 * 1024)
  #length = 0

  constructor(dir: string, aggregate: Aggregate) {
    this.aggregate = aggregate
    this.path = join(dir, `${aggregate}.json`)
  }

  take(block: Buffer, start: number, end: number) {
    if (this.#length + end - start > this.#taken.length) this.#grow(end - start)
    this.#length += block.copy(this.#taken, this.#length, start, end)
    this.bytes += end - start
    this.lines++
  }

  async append() {
    if (this.#length === 0) return
    const flag = this.bytes > this.#length ? 'a' : 'w'
    await writeFile(this.path, this.#taken.subarray(0, this.#length), { flag })
    this.#length = 0
  }

  empty() {
    this.number++
    this.bytes = 0
    this.lines = 0
  }

  #grow(more: number) {
    const grown = Buffer.allocUnsafe(2 * (this.#length + more))
    this.#taken.copy(grown, 0, 0, this.#length)
    this.#taken = grown
  }
}

async function* gunzipped(source: Readable, md5: Hash, file: DataFile): AsyncGenerator<Buffer> {
  source.on('data', (bytes: Buffer) => md5.update(bytes))
  try {
    yield* pipeline(source, createGunzip({ chunkSize: 1024 * 1024 }), () => {})
  } catch (error) {
    const fault = (error as NodeJS.ErrnoException).code?.startsWith('Z_')
    if (!fault) throw error
    throw new HandoverFault('data-file-gzip', file.name, `cut short or damaged: ${(error as Error).message}`, {
      cause: error,
    })
  }
}

async function convertChunk(
  chunk: Chunk,
  file: DataFile,
  { engine, agreements, dir, buckets }: ConvertOptions,
  selected: Map<string, Map<string, PlaceCount>>,
) {
  const { aggregate } = chunk
  await chunk.append()
  await parse(chunk, file, engine)
  const misplaced = await placeFault(engine, aggregate)
  if (misplaced) throw new HandoverFault('malformed-item', file.name, `${misplaced.fault} in ${misplaced.key}`)
  for (const agreement of agreements) {
    addCounts(
      selected.get(agreement.recipient) as Map<string, PlaceCount>,
      await countParts(engine, aggregate, agreement),
    )
  }
  for (const kind of partsOf[aggregate]) await writeParts(engine, kind, dir, String(chunk.number))
  await writeKeys(engine, aggregate, buckets, dir, `${aggregate}-${chunk.number}`)
  await forget(aggregate, engine)
  chunk.empty()
}

/** A relation a kind of part, under the kind's name, beside `items`, the table of what was parsed. */
async function parse({ aggregate, path, lines }: Chunk, file: DataFile, engine: Engine) {
  const list = listOf[aggregate]
  const own = ownKindOf[aggregate]
  try {
    // `records` is said, since finding it out costs DuckDB a second parse of the first 20,480 lines
    await engine.run(`CREATE TEMP TABLE items AS SELECT ${guardedColumns(aggregate)}
      FROM read_json([${literal(path)}], format = 'newline_delimited', records = true, columns = {Item: ${literal(itemStruct(aggregate))}})`)
    if (list) await engine.run(`CREATE TEMP TABLE ${list.kind} AS ${guardedElements(list, 'items')}`)
    if (own) await engine.run(`CREATE TEMP VIEW ${own} AS SELECT * ${list ? 'EXCLUDE (held)' : ''} FROM items`)
  } catch (error) {
    throw asFault(error as Error, file)
  }
  const [parsed] = await engine.rows<{ rows: bigint }>(`SELECT count(*) AS rows FROM items`)
  if (Number(parsed?.rows) !== lines) {
    throw new HandoverFault('malformed-item', file.name, `${lines} ${aggregate} read, ${parsed?.rows} parsed`)
  }
  if (list) await checkList(list, file, engine)
}

/** DuckDB's own messages may quote a value, so only what we refused ourselves and the line number pass. */
function asFault(error: Error, file: DataFile): Error {
  const refused = error.message.split('\n')[0]?.split(refusedPrefix)[1]
  if (refused) return new HandoverFault('malformed-item', file.name, refused)
  const line = /Malformed JSON.*in (?:line|record\/value) (\d+)/.exec(error.message)?.[1]
  if (line || /JSON/.test(error.message)) {
    return new HandoverFault(
      'malformed-item',
      file.name,
      `not one JSON object a line${line ? `, ${line} of the chunk` : ''}`,
    )
  }
  return error
}

async function forget(aggregate: Aggregate, engine: Engine) {
  const list = listOf[aggregate]
  const own = ownKindOf[aggregate]
  if (own) await engine.run(`DROP VIEW ${own}`)
  if (list) await engine.run(`DROP TABLE ${list.kind}`)
  await engine.run('DROP TABLE items')
}

/** Every element of a list became a row, and none stands in its list twice. */
async function checkList({ attribute, kind, key }: List, file: DataFile, engine: Engine) {
  const [counted] = await engine.rows<{ held: bigint; rows: bigint }>(
    `SELECT (SELECT coalesce(sum(len(held)), 0)::BIGINT FROM items) AS held, (SELECT count(*) FROM ${kind}) AS rows`,
  )
  if (counted?.held !== counted?.rows) {
    throw new HandoverFault('rows-lost', file.name, `${counted?.held} ${attribute} in lists, ${counted?.rows} as rows`)
  }
  const keys = `list_transform(held, lambda element: ${key.map(name => `element.M."${name}".S`).join(" || ' ' || ")})`
  const [twice] = await engine.rows<{ person_id: string }>(
    `SELECT person_id FROM items WHERE len(held) > 1 AND len(list_distinct(${keys})) < len(held) ORDER BY person_id LIMIT 1`,
  )
  if (twice)
    throw new HandoverFault('duplicate-key', file.name, `one of the ${attribute} twice in P#${twice.person_id}`)
}

function checkTotals(file: DataFile, md5: string, lines: number) {
  if (md5 !== file.md5)
    throw new HandoverFault('data-file-md5', file.name, `MD5 is ${md5}, the manifest says ${file.md5}`)
  if (lines !== file.itemCount) {
    throw new HandoverFault('data-file-count', file.name, `${lines} items, the manifest says ${file.itemCount}`)
  }
}
