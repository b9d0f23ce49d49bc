import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { changeColumn } from '../compact/change-types.ts'
import { copyOptions } from '../compact/compact-engine.ts'
import { finalFile } from '../compact/final-files.ts'
import { type DatasetName, datasetNamed, isDatasetName, orderWithin } from '../datasets.ts'
import type { Engine } from '../engine/duckdb-engine.ts'
import { literal, rowsOfFiles } from '../engine/sql.ts'
import type { AnyManifest } from '../manifest.ts'
import type { Applicable } from './apply.ts'

export interface ApplyOptions extends Applicable {
  readonly engine: Engine
  readonly baseDir: string
  /** In the order of the change sets. */
  readonly deltaDirs: readonly string[]
  /** An empty folder, for `<dataset>/province=<NN>/part-<nnnnn>-<sha8>.parquet`. */
  readonly dir: string
  readonly onProvince?: (done: number, of: number) => void
}

/** How many rows of a dataset there are now, and how many there must be. */
export interface Rebuilt {
  readonly dataset: DatasetName
  readonly rows: number
  readonly expected: number
}

/** Writes the snapshot that a base and its change sets make, a dataset and a province at a time; datasets of a later version it passes over. */
export async function applyChanges(options: ApplyOptions): Promise<readonly Rebuilt[]> {
  const { base, deltas, onProvince } = options
  const totals = Object.entries(deltas.at(-1)?.handover.totals ?? base.handover.totals)
  const datasets = totals.flatMap(([dataset, total]) => {
    if (!isDatasetName(dataset)) return []
    const expected = 'rows' in total ? total.rows : total.resultingRows
    return [{ dataset, expected, provinces: provincesOf([base, ...deltas], dataset) }]
  })
  const of = datasets.reduce((sum, { provinces }) => sum + provinces.length, 0)
  let done = 0
  const rebuilt: Rebuilt[] = []
  for (const { dataset, expected, provinces } of datasets) {
    let rows = 0
    for (const province of provinces) {
      rows += await rebuild(dataset, province, options)
      onProvince?.(++done, of)
    }
    rebuilt.push({ dataset, rows, expected })
  }
  return rebuilt
}

async function rebuild(dataset: DatasetName, province: string, options: ApplyOptions): Promise<number> {
  const { engine, base, deltas, baseDir, deltaDirs, dir } = options
  const { key } = datasetNamed(dataset)
  const { agreement } = base.handover
  const columns = agreement.datasets[dataset] as readonly string[]
  const held = filesIn(base, dataset, province).map(path => join(baseDir, path))
  const changed = deltas.flatMap((delta, number) => {
    const files = filesIn(delta, dataset, province).map(path => join(deltaDirs[number] as string, path))
    return files.length ? [`SELECT ${columns}, ${changeColumn}, ${number} AS number FROM ${rowsOfFiles(files)}`] : []
  })
  const sources: string[] = []
  if (held.length) sources.push(`SELECT ${columns} FROM ${rowsOfFiles(held)}`)
  if (changed.length) {
    // The last change of a key counts
    await engine.run(`CREATE TEMP TABLE latest AS SELECT * EXCLUDE (number) FROM (${changed.join(' UNION ALL ')})
      QUALIFY row_number() OVER (PARTITION BY ${key} ORDER BY number DESC) = 1`)
    if (held.length) sources[0] += ` ANTI JOIN latest USING (${key})`
    sources.push(`SELECT ${columns} FROM latest WHERE ${changeColumn} <> 'delete'`)
  }
  const written = `${dataset}-${province}`
  await mkdir(dir, { recursive: true })
  await engine.run(
    `COPY (${sources.join(' UNION ALL ')} ORDER BY ${orderWithin(dataset, columns)}) TO ${literal(join(dir, written))} (${copyOptions(agreement)})`,
  )
  if (changed.length) await engine.run('DROP TABLE latest')
  const { name, path, rows } = await finalFile(dir, written, { dataset, province, number: 0 })
  if (rows === 0) {
    await rm(path)
    return 0
  }
  await mkdir(dirname(join(dir, name)), { recursive: true })
  await rename(path, join(dir, name))
  return rows
}

function provincesOf(manifests: readonly AnyManifest[], dataset: DatasetName): readonly string[] {
  const files = manifests.flatMap(({ resources }) => resources).filter(file => file['handover:dataset'] === dataset)
  return [...new Set(files.flatMap(file => file['handover:partition']?.province ?? []))].sort()
}

function filesIn({ resources }: AnyManifest, dataset: DatasetName, province: string): readonly string[] {
  return resources
    .filter(file => file['handover:dataset'] === dataset && file['handover:partition']?.province === province)
    .map(({ path }) => path)
}
