import type { Readable } from 'node:stream'
import type { Agreement } from '../agreement.ts'
import type { Selected } from '../compact/tally.ts'
import type { Engine } from '../engine/duckdb-engine.ts'
import { literal } from '../engine/sql.ts'
import { HandoverFault } from '../fault.ts'
import { type Chunk, type DataFile, type ItemCounts, readDataFile } from './data-file-engine.ts'
import { faultOf, forgetItems, type Origin, parseItems } from './parse-engine.ts'
import { itemStruct } from './part-columns.ts'
import { type Aggregate, partsOf, rowKeyOf } from './parts.ts'
import {
  countParts,
  type KeyFile,
  openCounts,
  type PartFile,
  partFiles,
  placeFault,
  readOnce,
  rowsOfParts,
  takeCounts,
  writeKeys,
  writeParts,
} from './parts-engine.ts'

export interface ConvertOptions {
  readonly engine: Engine
  readonly agreements: readonly Agreement[]
  /** An empty folder for the chunks and the parts. */
  readonly dir: string
  /** How much plain JSON is parsed at once. */
  readonly chunkBytes: number
  /** What is parsed; the rest is counted and skipped. */
  readonly aggregates: readonly Aggregate[]
  /** Over how many files the keys are spread, so that equal ones meet. */
  readonly buckets: number
}

export interface Converted {
  readonly items: ItemCounts
  /** Counted on what was parsed, before anything was written. */
  readonly selected: Selected
  readonly parts: readonly PartFile[]
  readonly keys: readonly KeyFile[]
}

/**
 * Turns one data file of a full export into parts: Node gunzips and checks, DuckDB parses and guards a chunk at a time.
 * @throws HandoverFault when the file is not what the manifest says, or an item is not what the registry writes.
 */
export async function convertDataFile(source: Readable, file: DataFile, options: ConvertOptions): Promise<Converted> {
  const { engine, dir, chunkBytes, aggregates, agreements } = options
  await openCounts(engine)
  const items = await readDataFile(source, file, {
    dir,
    chunkBytes,
    aggregates,
    keysPerLine: 1,
    onChunk: chunk => convertChunk(chunk, file, options),
  })
  const parts = await partFiles(dir)
  await checkContributors(engine, parts, file)
  return {
    items,
    selected: await takeCounts(engine, agreements),
    parts,
    keys: await writeKeys(engine, parts, options.buckets, dir),
  }
}

async function convertChunk(chunk: Chunk, { name: file }: DataFile, { engine, agreements, dir }: ConvertOptions) {
  const { aggregate, number, path, lines } = chunk
  await parseItems(engine, jsonLines(path, `{Item: ${literal(itemStruct(aggregate))}}`), {
    aggregate,
    file,
    chunk,
    items: lines.length,
  })
  await checkPlaces(engine, aggregate, { file, chunk })
  await countParts(engine, aggregate, agreements)
  for (const kind of partsOf[aggregate]) await writeParts(engine, { kind, storage: readOnce }, dir, String(number))
  await forgetItems(engine, aggregate)
}

/** Keys tell whoever stands in two data files; of contributors in one, only their periods tell. */
async function checkContributors(engine: Engine, parts: readonly PartFile[], file: DataFile) {
  const [twice] = await engine.rows<{ person_id: string }>(
    `SELECT person_id FROM ${rowsOfParts(parts, 'contributions')} GROUP BY ${rowKeyOf.contributions}
     HAVING count(*) > 1 ORDER BY person_id LIMIT 1`,
  )
  if (twice) {
    throw new HandoverFault(
      'duplicate-key',
      file.name,
      `contributions of person ${twice.person_id} to one scheme stand twice in it; export the table again`,
    )
  }
}

/** `records` is said, since finding it out costs DuckDB a second parse of the first 20,480 lines. */
export function jsonLines(path: string, columns: string): string {
  return `read_json([${literal(path)}], format = 'newline_delimited', records = true, columns = ${columns})`
}

export async function checkPlaces(engine: Engine, aggregate: Aggregate, origin: Origin) {
  const misplaced = await placeFault(engine, aggregate)
  if (misplaced) throw await faultOf(misplaced, origin)
}
