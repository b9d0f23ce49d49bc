import type { Engine } from '../engine/duckdb-engine.ts'
import { literal, rowsOfFiles } from '../engine/sql.ts'
import { HandoverFault } from '../fault.ts'
import { emptyPart } from './part-columns.ts'
import { itemKeyOf, type PartKind, rowKeyOf } from './parts.ts'
import { kept, writeParts } from './parts-engine.ts'

export interface MergeOptions {
  readonly engine: Engine
  readonly kind: PartKind
  /** The earlier handover's parts, lent some at a time. */
  readonly base: readonly Lent[]
  readonly old: readonly string[]
  readonly new: readonly string[]
  readonly touched: readonly string[]
  /** Where the parts go, as `writeParts` lays them. */
  readonly dir: string
}

/** Files that are there for as long as `use` takes. */
export type Lent = (use: (paths: readonly string[]) => Promise<void>) => Promise<void>

/**
 * Writes the parts of one kind after the changes: the earlier ones less the old rows, and the new rows. Where an item changed in
 * several windows its first old image and its last new one count. Memory holds the changes, the disk what is lent at a time.
 * @throws HandoverFault when a row that changed does not stand in the earlier parts just as its old image has it: something between
 * the two cuts is missing.
 */
export async function mergeParts({ engine, kind, base, dir, ...changes }: MergeOptions) {
  await engine.run(`CREATE TEMP TABLE touched AS SELECT item, min(written_at) AS first, max(written_at) AS last
    FROM ${touchedIn(changes.touched)} GROUP BY item`)
  await engine.run(`CREATE TEMP TABLE gone AS ${imageRows(kind, changes.old, 'first')}`)
  await engine.run(`CREATE TEMP TABLE come AS ${imageRows(kind, changes.new, 'last')}`)
  let found = 0
  for (const [index, lend] of base.entries()) {
    await lend(async paths => {
      const earlier = rowsOfFiles(paths)
      const [equal] = await engine.rows<{ rows: bigint }>(
        `SELECT count(*) AS rows FROM (SELECT * FROM ${earlier} INTERSECT SELECT * FROM gone)`,
      )
      found += Number(equal?.rows)
      const rows = `${earlier} ANTI JOIN gone USING (${rowKeyOf[kind]})`
      await writeParts(engine, { kind, rows, storage: kept }, dir, `base-${index}`)
    })
  }
  await writeParts(engine, { kind, rows: 'come', storage: kept }, dir, 'new')
  const [changed] = await engine.rows<{ gone: bigint }>('SELECT count(*) AS gone FROM gone')
  for (const table of ['touched', 'gone', 'come']) await engine.run(`DROP TABLE ${table}`)
  if (Number(changed?.gone) !== found) {
    throw new HandoverFault(
      'base-differs',
      kind,
      `of ${changed?.gone} rows that changed, ${found} stand in the earlier handover as they were: run a full handover`,
    )
  }
}

function imageRows(kind: PartKind, paths: readonly string[], counts: 'first' | 'last'): string {
  if (paths.length === 0) return emptyPart(kind)
  return `SELECT image.* EXCLUDE (written_at) FROM ${rowsOfFiles(paths)} AS image
    JOIN touched ON touched.item = ${itemKeyOf[kind]} AND touched.${counts} = image.written_at`
}

function touchedIn(paths: readonly string[]): string {
  return paths.length === 0
    ? '(SELECT NULL::VARCHAR AS item, NULL::BIGINT AS written_at WHERE false)'
    : `read_parquet([${paths.map(literal)}])`
}
