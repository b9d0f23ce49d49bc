import { createHash, type Hash } from 'node:crypto'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { ItemKind } from '../registry/items.ts'
import { isProvinceCode } from '../registry/provinces.ts'
import { isWardCode, provinceOfWard } from '../registry/wards.ts'
import { type Agreement, rowsSql } from './agreement.ts'
import type { Engine } from './duckdb-engine.ts'
import { HandoverFault } from './fault.ts'
import { kindOfLine, newLine, wholeLines } from './item-lines.ts'
import {
  type Aggregate,
  guardedCards,
  guardedColumns,
  idOf,
  itemStruct,
  type PartKind,
  partKinds,
  partsOf,
  refusedPrefix,
  sortKeyOf,
} from './parts.ts'
import { literal } from './sql.ts'
import { addCounts, type WardCount } from './ward-count.ts'

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
  readonly selected: Readonly<Record<string, readonly WardCount[]>>
  readonly parts: readonly { readonly kind: PartKind; readonly province: string; readonly path: string }[]
  readonly keys: readonly { readonly bucket: number; readonly path: string }[]
}

/**
 * Turns one data file into parts: Node gunzips and checks, DuckDB parses and guards a chunk at a time.
 * @throws HandoverFault when the file is not what the manifest says, or an item is not what the registry writes.
 */
export async function convertDataFile(source: Readable, file: DataFile, options: ConvertOptions): Promise<Converted> {
  const { dir, chunkBytes } = options
  const items: Record<ItemKind, number> = { household: 0, person: 0, contributions: 0, number: 0 }
  const selected = new Map<string, Map<string, WardCount>>(
    options.agreements.map(({ recipient }) => [recipient, new Map()]),
  )
  const chunks = { household: new Chunk(dir, 'households'), person: new Chunk(dir, 'persons') }
  const md5 = createHash('md5')
  let lines = 0
  for await (const block of wholeLines(gunzipped(source, md5, file))) {
    for (let start = 0; start < block.length; ) {
      const end = block.indexOf(newLine, start)
      lines++
      const kind = kindOfLine(block, start, end)
      if (!(kind in items)) throw new HandoverFault('unknown-kind', file.name, `line ${lines}: ${kind}`)
      items[kind as ItemKind]++
      if (kind === 'household' || kind === 'person') {
        const chunk = chunks[kind]
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
    selected: Object.fromEntries([...selected].map(([recipient, wards]) => [recipient, [...wards.values()]])),
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
  options: ConvertOptions,
  selected: Map<string, Map<string, WardCount>>,
) {
  const { engine, agreements } = options
  const { aggregate } = chunk
  await chunk.append()
  await parse(chunk, file, engine)
  await checkPlaces(aggregate, file, engine)
  if (aggregate === 'persons') await checkCardKeys(file, engine)
  for (const agreement of agreements) {
    addCounts(selected.get(agreement.recipient) as Map<string, WardCount>, await count(aggregate, agreement, engine))
  }
  for (const kind of partsOf[aggregate]) await writeParts(kind, chunk.number, options)
  await writeKeys(chunk, options)
  for (const kind of partsOf[aggregate]) await engine.run(`DROP TABLE ${kind}`)
  chunk.empty()
}

/** A table a kind of part, under the kind's name; a person's also has the cards as they came, in `held`. */
async function parse({ aggregate, path, lines }: Chunk, file: DataFile, engine: Engine) {
  try {
    // `records` is said, since finding it out costs DuckDB a second parse of the first 20,480 lines
    await engine.run(`CREATE TEMP TABLE ${aggregate} AS SELECT ${guardedColumns(aggregate)}
      FROM read_json([${literal(path)}], format = 'newline_delimited', records = true, columns = {Item: ${literal(itemStruct(aggregate))}})`)
    if (aggregate === 'persons') await engine.run(`CREATE TEMP TABLE cards AS ${guardedCards('persons')}`)
  } catch (error) {
    throw asFault(error as Error, file)
  }
  const [parsed] = await engine.rows<{ rows: bigint }>(`SELECT count(*) AS rows FROM ${aggregate}`)
  if (Number(parsed?.rows) !== lines) {
    throw new HandoverFault('malformed-item', file.name, `${lines} ${aggregate} read, ${parsed?.rows} parsed`)
  }
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

interface Place {
  readonly province_code: string
  readonly ward_code: string
}

async function checkPlaces(aggregate: Aggregate, file: DataFile, engine: Engine) {
  const places = await engine.rows<Place & { key: string }>(
    `SELECT province_code, ward_code, '${sortKeyOf[aggregate]}#' || min(${idOf[aggregate]}) AS key FROM ${aggregate} GROUP BY ALL ORDER BY key`,
  )
  for (const place of places) {
    const fault = placeFault(place)
    if (fault) throw new HandoverFault('malformed-item', file.name, `${fault} in ${place.key}`)
  }
}

/** Anything may stand where a code should, so what does is not told. */
function placeFault({ province_code, ward_code }: Place): string | undefined {
  if (!isProvinceCode(province_code)) return 'unknown province'
  if (!isWardCode(ward_code)) return 'unknown ward'
  return provinceOfWard(ward_code) === province_code ? undefined : 'ward of another province'
}

async function checkCardKeys(file: DataFile, engine: Engine) {
  const keys = `list_transform(held, lambda card: card.M."cardNumber".S || card.M."validFrom".S)`
  const [twice] = await engine.rows<{ person_id: string }>(
    `SELECT person_id FROM persons WHERE len(held) > 1 AND len(list_distinct(${keys})) < len(held) ORDER BY person_id LIMIT 1`,
  )
  if (twice) throw new HandoverFault('duplicate-key', file.name, `the same card twice in P#${twice.person_id}`)
}

/** Cards are counted in the lists that persons hold, so that one lost between the list and its rows is noticed. */
async function count(aggregate: Aggregate, agreement: Agreement, engine: Engine): Promise<readonly WardCount[]> {
  const cards = aggregate === 'persons' ? 'sum(len(held))' : '0'
  const rows = await engine.rows<Place & { rows: bigint; cards: bigint }>(
    `SELECT province_code, ward_code, count(*) AS rows, (${cards})::BIGINT AS cards FROM ${aggregate}
     WHERE ${rowsSql(agreement, aggregate, 'cards')} GROUP BY ALL`,
  )
  return rows.map(({ province_code: province, ward_code: ward, rows, cards }) => ({
    province,
    ward,
    households: aggregate === 'households' ? Number(rows) : 0,
    persons: aggregate === 'persons' ? Number(rows) : 0,
    cards: Number(cards),
  }))
}

/** Read once and soon: what dictionaries and compression save is less than what they cost. */
async function writeParts(kind: PartKind, chunk: number, { engine, dir }: ConvertOptions) {
  const to = join(dir, 'parts', kind, String(chunk))
  await mkdir(to, { recursive: true })
  const columns = kind === 'persons' ? '* EXCLUDE (held)' : '*'
  await engine.run(`COPY (SELECT ${columns}, province_code AS province FROM ${kind}) TO ${literal(to)}
    (FORMAT parquet, COMPRESSION uncompressed, DICTIONARY_SIZE_LIMIT 1, PARTITION_BY (province), OVERWRITE_OR_IGNORE)`)
}

/** Each household under its own id, each person under its own and under its household's: what must meet shares a bucket. */
async function writeKeys({ aggregate, number }: Chunk, { engine, dir, buckets }: ConvertOptions) {
  const to = join(dir, 'keys', `${aggregate}-${number}`)
  await mkdir(to, { recursive: true })
  const keys =
    aggregate === 'households'
      ? `SELECT 'household' AS kind, household_id AS id, NULL::VARCHAR AS person_id, province_code FROM households`
      : `SELECT 'person' AS kind, person_id AS id, NULL::VARCHAR AS person_id, province_code FROM persons
         UNION ALL SELECT 'member', household_id, person_id, province_code FROM persons`
  await engine.run(`COPY (SELECT *, hash(id) % ${buckets} AS bucket FROM (${keys})) TO ${literal(to)}
    (FORMAT parquet, COMPRESSION lz4_raw, PARTITION_BY (bucket), OVERWRITE_OR_IGNORE)`)
}

function checkTotals(file: DataFile, md5: string, lines: number) {
  if (md5 !== file.md5)
    throw new HandoverFault('data-file-md5', file.name, `MD5 is ${md5}, the manifest says ${file.md5}`)
  if (lines !== file.itemCount) {
    throw new HandoverFault('data-file-count', file.name, `${lines} items, the manifest says ${file.itemCount}`)
  }
}

async function partFiles(dir: string): Promise<Converted['parts']> {
  const found = await Promise.all(
    partKinds.map(async kind =>
      (await parquetFiles(join(dir, 'parts', kind))).map(path => ({
        kind,
        path,
        province: partitionOf(path, 'province'),
      })),
    ),
  )
  return found.flat()
}

async function keyFiles(dir: string): Promise<Converted['keys']> {
  const paths = await parquetFiles(join(dir, 'keys'))
  return paths.map(path => ({ path, bucket: Number(partitionOf(path, 'bucket')) }))
}

async function parquetFiles(dir: string): Promise<string[]> {
  await mkdir(dir, { recursive: true })
  const names = await readdir(dir, { recursive: true })
  return names
    .filter(name => name.endsWith('.parquet'))
    .sort()
    .map(name => join(dir, name))
}

function partitionOf(path: string, column: string): string {
  return new RegExp(`/${column}=([^/]+)/`).exec(path.replaceAll('\\', '/'))?.[1] as string
}
