import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256Of } from '../shared/digest-files.ts'
import { type Agreement, coversPeople, rowsSql } from './agreement.ts'
import { type Dataset, type DatasetName, datasets } from './datasets.ts'
import type { Engine } from './duckdb-engine.ts'
import { HandoverFault } from './fault.ts'
import { footerRows } from './footer-files.ts'
import type { Unit } from './plan.ts'
import { literal } from './sql.ts'

/** No final file is larger: what a recipient fetches again after a broken line stays small. */
export const maximumFileBytes = 512 * 1024 * 1024
/** Rows a group, DuckDB's own grain: a reader holds one group at a time. */
export const rowGroupRows = 122_880

export interface CompactOptions {
  readonly engine: Engine
  readonly agreements: readonly Agreement[]
  /** Every part of the unit's kind and province. */
  readonly parts: readonly string[]
  /** People who are left out, since something they point at is absent. */
  readonly exceptions: readonly string[]
  /** The day of the cut in Vietnam, `yyyy-mm-dd`. */
  readonly day: string
  readonly dir: string
}

export interface Compacted {
  readonly files: readonly FinalFile[]
  /** By recipient: whom its files would have held. */
  readonly excepted: Readonly<Record<string, readonly { readonly personId: string; readonly cards: number }[]>>
}

export interface FinalFile {
  readonly recipient: string
  readonly dataset: DatasetName
  readonly province: string
  /** `<dataset>/province=<NN>/part-<nnnnn>-<sha8>.parquet`, below the recipient's snapshot. */
  readonly name: string
  readonly path: string
  readonly sha256: string
  readonly bytes: number
  /** By the file's own footer. */
  readonly rows: number
}

/** Cuts one unit's parts into each agreement's datasets: its columns, its rows, its codec, sorted. */
export async function compactUnit(unit: Unit, options: CompactOptions): Promise<Compacted> {
  const { engine, agreements, parts, exceptions, dir } = options
  await mkdir(dir, { recursive: true })
  const [from, to] = unit.wards
  await engine.run(`CREATE OR REPLACE TEMP VIEW unit_parts AS SELECT * FROM read_parquet([${parts.map(literal)}], hive_partitioning = false)
    WHERE ward_code BETWEEN '${from}' AND '${to}'`)
  const files: FinalFile[] = []
  const excepted: Record<string, { personId: string; cards: number }[]> = {}
  for (const agreement of agreements) {
    const rows = `SELECT * FROM unit_parts WHERE ${rowsSql(agreement, unit.part)}`
    if (unit.part === 'persons' && exceptions.length && coversPeople(agreement))
      excepted[agreement.recipient] = await selectExcepted(engine, rows, exceptions)
    for (const dataset of datasets.filter(({ name, part }) => part === unit.part && agreement.datasets[name])) {
      const file = await writeFinalFile(unit, agreement, dataset, `(${without(rows, unit, exceptions)})`, options)
      if (file) files.push(file)
    }
  }
  return { files, excepted }
}

function without(rows: string, unit: Unit, exceptions: readonly string[]): string {
  return unit.part === 'persons' && exceptions.length
    ? `${rows} AND person_id NOT IN (${exceptions.map(literal)})`
    : rows
}

async function selectExcepted(engine: Engine, rows: string, exceptions: readonly string[]) {
  const found = await engine.rows<{ person_id: string; cards: bigint }>(
    `SELECT person_id, len(cards) AS cards FROM (${rows}) WHERE person_id IN (${exceptions.map(literal)}) ORDER BY person_id`,
  )
  return found.map(({ person_id, cards }) => ({ personId: person_id, cards: Number(cards) }))
}

/** None when the agreement lets no row of the unit through. */
async function writeFinalFile(
  unit: Unit,
  agreement: Agreement,
  dataset: Dataset,
  parts: string,
  { engine, day, dir }: CompactOptions,
): Promise<FinalFile | undefined> {
  const { recipient, codec } = agreement
  const columns = agreement.datasets[dataset.name] as readonly string[]
  const written = join(dir, `${recipient}-${dataset.name}-${unit.province}-${unit.number}.parquet`)
  await engine.run(`COPY (SELECT ${columns} FROM (${dataset.select(parts, day)}) ORDER BY ${dataset.order}) TO ${literal(written)}
    (FORMAT parquet, COMPRESSION ${codec}${codec === 'zstd' ? ', COMPRESSION_LEVEL 1' : ''}, ROW_GROUP_SIZE ${rowGroupRows})`)
  const rows = await footerRows(written)
  if (rows === 0) {
    await rm(written)
    return undefined
  }
  const { size: bytes } = await stat(written)
  if (bytes > maximumFileBytes) {
    throw new HandoverFault(
      'file-too-large',
      written,
      `${bytes} bytes, at most ${maximumFileBytes}: plan fewer rows a unit`,
    )
  }
  const sha256 = await sha256Of(written)
  const part = `part-${String(unit.number).padStart(5, '0')}-${sha256.slice(0, 8)}.parquet`
  const name = `${dataset.name}/province=${unit.province}/${part}`
  const path = join(dir, `${recipient}-${dataset.name}-${part}`)
  await rename(written, path)
  return { recipient, dataset: dataset.name, province: unit.province, name, path, sha256, bytes, rows }
}
