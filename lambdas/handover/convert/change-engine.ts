import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Engine } from '../engine/duckdb-engine.ts'
import { literal } from '../engine/sql.ts'
import { HandoverFault } from '../fault.ts'
import { checkPlaces, jsonLines } from './convert-engine.ts'
import { type Chunk, type DataFile, type ItemCounts, readDataFile } from './data-file-engine.ts'
import { asFault, forgetItems, parseItems } from './parse-engine.ts'
import { itemStruct, refuse } from './part-columns.ts'
import { type Aggregate, itemKey, partsOf } from './parts.ts'
import { type PartFile, partFiles, readOnce, writeParts } from './parts-engine.ts'

export interface ChangeOptions {
  readonly engine: Engine
  /** What is parsed; the rest is counted and skipped. */
  readonly aggregates: readonly Aggregate[]
  /** An empty folder for the chunks and what becomes of them. */
  readonly dir: string
  readonly chunkBytes: number
}

/** An item as it was before its change, and as it was after. */
export const images = ['old', 'new'] as const
export type Image = (typeof images)[number]

export interface ConvertedChanges {
  readonly items: ItemCounts
  /** Parts of both images, each row with `written_at`, when its item was written: microseconds since 1970. */
  readonly parts: readonly (PartFile & { readonly image: Image })[]
  /** Which items changed, and when. */
  readonly touched: readonly { readonly aggregate: Aggregate; readonly path: string }[]
}

/**
 * Turns one data file of an incremental export into parts, as a full export's are, of the old and of the new images.
 * @throws HandoverFault when the file is not what the manifest says, or an image is not what the registry writes.
 */
export async function convertChanges(
  source: Readable,
  file: DataFile,
  options: ChangeOptions,
): Promise<ConvertedChanges> {
  const { dir, chunkBytes, aggregates } = options
  const touched: { aggregate: Aggregate; path: string }[] = []
  const items = await readDataFile(source, file, {
    dir,
    chunkBytes,
    aggregates,
    keysPerLine: 1 + images.length,
    async onChunk(chunk) {
      touched.push({ aggregate: chunk.aggregate, path: await convertChunk(chunk, file, options) })
    },
  })
  const parts = await Promise.all(
    images.map(async image => (await partFiles(join(dir, image))).map(part => ({ ...part, image }))),
  )
  return { items, parts: parts.flat(), touched }
}

async function convertChunk(chunk: Chunk, file: DataFile, { engine, dir }: ChangeOptions): Promise<string> {
  const { aggregate, number } = chunk
  await readChanges(chunk, file, engine)
  for (const image of images) {
    const column = imageColumns[image]
    const [counted] = await engine.rows<{ rows: bigint }>(`SELECT count(${column}) AS rows FROM changes`)
    const from = `(SELECT written_at, ${column} AS Item FROM changes WHERE ${column} IS NOT NULL)`
    const origin = { file: file.name, chunk }
    await parseItems(engine, from, { aggregate, ...origin, items: Number(counted?.rows) }, ['written_at'])
    await checkPlaces(engine, aggregate, origin)
    for (const kind of partsOf[aggregate])
      await writeParts(engine, { kind, storage: readOnce }, join(dir, image), String(number))
    await forgetItems(engine, aggregate)
  }
  await mkdir(join(dir, 'touched'), { recursive: true })
  const path = join(dir, 'touched', `${aggregate}-${number}.parquet`)
  await engine.run(
    `COPY (SELECT item, written_at FROM changes) TO ${literal(path)} (FORMAT parquet, COMPRESSION snappy)`,
  )
  await engine.run('DROP TABLE changes')
  return path
}

const imageColumns = { old: 'OldImage', new: 'NewImage' } as const

/** The instant is typed (`{"N": "…"}`) in what AWS writes today; one of its notes shows a bare number. */
async function readChanges(chunk: Chunk, file: DataFile, engine: Engine) {
  const { aggregate, path, lines } = chunk
  const struct = itemStruct(aggregate)
  const columns = `{Metadata: 'JSON', Keys: 'STRUCT(PK STRUCT(S VARCHAR), SK STRUCT(S VARCHAR))', OldImage: ${literal(struct)}, NewImage: ${literal(struct)}}`
  const micros = `TRY_CAST(coalesce(Metadata->'WriteTimestampMicros'->>'N', Metadata->>'WriteTimestampMicros') AS BIGINT)`
  const isOf = (image: string) => `${image} IS NULL OR (${image}.PK.S = Keys.PK.S AND ${image}.SK.S = Keys.SK.S)`
  const key = itemKey('Keys')
  try {
    await engine.run(`CREATE TEMP TABLE changes AS SELECT OldImage, NewImage,
      coalesce(${micros}, ${refuse('no WriteTimestampMicros', key)}) AS written_at,
      CASE WHEN OldImage IS NULL AND NewImage IS NULL THEN ${refuse('neither image', key)}
        WHEN (${isOf('OldImage')}) AND (${isOf('NewImage')}) THEN Keys.PK.S || ' ' || Keys.SK.S
        ELSE ${refuse('an image of another item in a change', key)} END AS item
      FROM ${jsonLines(path, columns)}`)
  } catch (error) {
    throw await asFault(error as Error, { file: file.name, chunk })
  }
  const [parsed] = await engine.rows<{ rows: bigint }>('SELECT count(item) AS rows FROM changes')
  if (Number(parsed?.rows) !== lines.length) {
    throw new HandoverFault('malformed-item', file.name, `${lines.length} changes read, ${parsed?.rows} parsed`)
  }
}
