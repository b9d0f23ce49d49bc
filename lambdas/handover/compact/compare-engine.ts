import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Agreement } from '../agreement.ts'
import { datasetNamed, orderWithin } from '../datasets.ts'
import type { Engine } from '../engine/duckdb-engine.ts'
import { literal, rowsOfFiles } from '../engine/sql.ts'
import { type ChangeType, changeColumn, changeTypes } from './change-types.ts'
import { copyOptions } from './compact-engine.ts'
import { finalFile } from './final-files.ts'
import type { PlacedChanges } from './placed-file.ts'
import type { Comparison } from './plan.ts'

/** So many rows of both sides are compared at once. */
const rowsAtOnce = 4_000_000

export interface CompareOptions {
  readonly engine: Engine
  readonly agreement: Agreement
  readonly earlier: readonly string[]
  readonly now: readonly string[]
  /** Of the larger side. */
  readonly rows: number
  readonly dir: string
}

/** A file of a change set, and where it lies until it is placed. */
export interface ChangeFile extends PlacedChanges {
  readonly path: string
}

/**
 * The difference of two snapshots by key, in files of the dataset's columns and `_change_type`: a new row whole, a changed row as it
 * is now, and of a row that is gone its key and its province alone.
 */
export async function compareRows(
  { recipient, dataset: name, province }: Comparison,
  { engine, agreement, earlier, now, rows, dir }: CompareOptions,
): Promise<readonly ChangeFile[]> {
  await mkdir(dir, { recursive: true })
  const { key } = datasetNamed(name)
  const columns = agreement.datasets[name] as readonly string[]
  const kept = [...key, 'province_code']
  const passes = Math.max(1, Math.ceil(rows / rowsAtOnce))
  const changed = columns.map(column => `was.${column} IS DISTINCT FROM now.${column}`).join(' OR ')
  const files: ChangeFile[] = []
  for (let pass = 0; pass < passes; pass++) {
    const side = (paths: readonly string[]) =>
      `(SELECT * FROM ${rowsIn(paths, paths === earlier ? now : earlier)}${passes > 1 ? ` WHERE hash(${key}) % ${passes} = ${pass}` : ''})`
    await engine.run(`CREATE TEMP TABLE changes AS SELECT
      ${columns.map(column => (kept.includes(column) ? `coalesce(now.${column}, was.${column}) AS ${column}` : `now.${column}`))},
      CASE WHEN was.${key[0]} IS NULL THEN 'insert' WHEN now.${key[0]} IS NULL THEN 'delete' ELSE 'update_postimage' END AS ${changeColumn}
      FROM ${side(earlier)} AS was FULL JOIN ${side(now)} AS now ON ${key.map(column => `was.${column} = now.${column}`).join(' AND ')}
      WHERE was.${key[0]} IS NULL OR now.${key[0]} IS NULL OR ${changed}`)
    const [counted] = await engine.rows<Record<ChangeType, bigint>>(
      `SELECT ${changeTypes.map(type => `count(*) FILTER (${changeColumn} = '${type}') AS "${type}"`)} FROM changes`,
    )
    const [inserts, updates, deletes] = changeTypes.map(type => Number(counted?.[type])) as [number, number, number]
    if (inserts + updates + deletes > 0) {
      const written = `${recipient}-${name}-${province}-${pass}`
      await engine.run(
        `COPY (SELECT * FROM changes ORDER BY ${orderWithin(name, columns)}) TO ${literal(join(dir, written))} (${copyOptions(agreement)})`,
      )
      const file = await finalFile(dir, written, { dataset: name, province, number: pass })
      files.push({ recipient, ...file, inserts, updates, deletes })
    }
    await engine.run('DROP TABLE changes')
  }
  return files
}

/** Where one side has no file, the other says what its columns would be. */
function rowsIn(paths: readonly string[], others: readonly string[]): string {
  const files = paths.length ? paths : others
  const rows = rowsOfFiles(files)
  return paths.length ? rows : `(SELECT * FROM ${rows} LIMIT 0)`
}
