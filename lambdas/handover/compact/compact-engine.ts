import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Agreement, asksFor, rowsSql } from '../agreement.ts'
import { type Aggregate, type PartKind, partKinds, partsOf, placeOf } from '../convert/parts.ts'
import { partRows } from '../convert/parts-engine.ts'
import type { PartRows } from '../convert/place-count.ts'
import { type Dataset, datasets } from '../datasets.ts'
import type { Engine } from '../engine/duckdb-engine.ts'
import { literal } from '../engine/sql.ts'
import { HandoverFault } from '../fault.ts'
import { finalFile } from './final-files.ts'
import type { PlacedFile } from './placed-file.ts'
import type { Unit } from './plan.ts'

/** No final file is larger: what a recipient fetches again after a broken line stays small. */
export const maximumFileBytes = 512 * 1024 * 1024
/** Rows a group, DuckDB's own grain: a reader holds one group at a time. */
export const rowGroupRows = 122_880

export interface CompactOptions {
  readonly engine: Engine
  readonly agreements: readonly Agreement[]
  /** By kind, every part of the unit's province; a kind of which there is none may be absent. */
  readonly parts: Readonly<Partial<Record<PartKind, readonly string[]>>>
  /** People who are left out, since something they point at is absent. */
  readonly exceptions: readonly string[]
  /** The day of the cut in Vietnam, `yyyy-mm-dd`. */
  readonly day: string
  readonly dir: string
  /** Bytes of one final file, at most; without it `maximumFileBytes`. */
  readonly fileBytes?: number
}

export interface Compacted {
  readonly files: readonly RecipientFile[]
  /** By recipient: whom its files would have held. */
  readonly excepted: Readonly<Record<string, readonly Excepted[]>>
}

/** Somebody who is left out, and how many rows of each kind go with that. */
export interface Excepted {
  readonly personId: string
  readonly rows: PartRows
}

/** A final file, and where it lies until it is placed. */
export interface RecipientFile extends PlacedFile {
  readonly path: string
}

/** Cuts one unit's parts into each agreement's datasets: its columns, its rows, its codec, sorted. */
export async function compactUnit(unit: Unit, options: CompactOptions): Promise<Compacted> {
  const { agreements, exceptions, dir } = options
  await mkdir(dir, { recursive: true })
  const rows = rowsOf(unit, options.parts)
  const files: RecipientFile[] = []
  const excepted: Record<string, readonly Excepted[]> = {}
  for (const agreement of agreements) {
    if (exceptions.length && asksFor(agreement, unit.aggregate))
      excepted[agreement.recipient] = await selectExcepted(unit.aggregate, rows, agreement, options)
    for (const dataset of datasets.filter(({ aggregate }) => aggregate === unit.aggregate)) {
      const file = await writeFinalFile(unit, rows, agreement, dataset, options)
      if (file) files.push(file)
    }
  }
  return { files, excepted }
}

/** A relation a kind of part, in SQL. */
type Relations = Readonly<Record<PartKind, string>>

function relations(of: (kind: PartKind) => string): Relations {
  return Object.fromEntries(partKinds.map(kind => [kind, of(kind)])) as Relations
}

function rowsOf({ aggregate, places: [from, to] }: Unit, parts: CompactOptions['parts']): Relations {
  return relations(kind => {
    const rows = partRows(kind, parts[kind] ?? [])
    return `(SELECT * FROM ${rows} WHERE ${placeOf[aggregate]} BETWEEN ${literal(from)} AND ${literal(to)})`
  })
}

/** What the agreement lets through, less the exceptions. */
function granted(rows: Relations, agreement: Agreement, exceptions: readonly string[]): Relations {
  return relations(kind => {
    const less = kind !== 'households' && exceptions.length ? ` AND NOT ${among(exceptions)}` : ''
    return `(SELECT * FROM ${rows[kind]} WHERE ${rowsSql(agreement, kind, rows.cards)}${less})`
  })
}

async function selectExcepted(
  aggregate: Aggregate,
  rows: Relations,
  agreement: Agreement,
  { engine, exceptions }: CompactOptions,
): Promise<readonly Excepted[]> {
  const counts = partsOf[aggregate].map(
    kind => `SELECT person_id, '${kind}' AS kind, count(*) AS rows FROM ${rows[kind]}
     WHERE ${rowsSql(agreement, kind, rows.cards)} AND ${among(exceptions)} GROUP BY ALL`,
  )
  const found = await engine.rows<{ person_id: string; kind: PartKind; rows: bigint }>(
    `${counts.join(' UNION ALL ')} ORDER BY person_id, kind`,
  )
  return [...Map.groupBy(found, ({ person_id }) => person_id)].map(([personId, counted]) => ({
    personId,
    rows: Object.fromEntries(counted.map(({ kind, rows }) => [kind, Number(rows)])),
  }))
}

function among(exceptions: readonly string[]): string {
  return `person_id IN (${exceptions.map(literal)})`
}

/** How a recipient's Parquet files are written. */
export function copyOptions({ codec }: Pick<Agreement, 'codec'>): string {
  const level = codec === 'zstd' ? ', COMPRESSION_LEVEL 1' : ''
  return `FORMAT parquet, COMPRESSION ${codec}${level}, ROW_GROUP_SIZE ${rowGroupRows}`
}

/** None when the agreement lets nothing of it through. */
async function writeFinalFile(
  unit: Unit,
  unitRows: Relations,
  agreement: Agreement,
  dataset: Dataset,
  { engine, exceptions, day, dir, fileBytes = maximumFileBytes }: CompactOptions,
): Promise<RecipientFile | undefined> {
  const { recipient } = agreement
  const columns = agreement.datasets[dataset.name]
  if (!columns) return undefined
  const written = `${recipient}-${dataset.name}-${unit.province}-${unit.number}`
  await engine.run(`COPY (SELECT ${columns} FROM (${dataset.select(granted(unitRows, agreement, exceptions), day)}) ORDER BY ${dataset.order}) TO ${literal(join(dir, written))}
    (${copyOptions(agreement)})`)
  const place = { dataset: dataset.name, province: unit.province, number: unit.number }
  const file = await finalFile(dir, written, place)
  if (file.rows === 0) {
    await rm(file.path)
    return undefined
  }
  if (file.bytes > fileBytes) {
    throw new HandoverFault(
      'file-too-large',
      written,
      `${file.bytes} bytes, at most ${fileBytes}: plan fewer rows a unit`,
    )
  }
  return { recipient, ...file }
}
