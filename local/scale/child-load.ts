import type { Agreement } from '../../lambdas/handover/agreement.ts'
import type { Comparison, Merge, Unit } from '../../lambdas/handover/compact/plan.ts'
import { type Aggregate, aggregates, type PartKind, partKinds, partsOf } from '../../lambdas/handover/convert/parts.ts'
import type { PartRows, PlaceCount } from '../../lambdas/handover/convert/place-count.ts'
import { type DatasetName, datasetNamed, datasets } from '../../lambdas/handover/datasets.ts'
import { chunkBytes } from '../../lambdas/handover/engine/lambda-limits.ts'
import { type ItemKind, itemKinds } from '../../lambdas/registry/items.ts'
import { provinceCodes } from '../../lambdas/registry/provinces.ts'
import { lambdaCpu, requestSeconds, requestsAtOnce, spillShare, transferBytesPerSecond } from './assumed.ts'
import {
  comparedRowsPerCpuSecond,
  finalRowBytes,
  gzippedShare,
  itemBytes,
  keyRowBytes,
  keysPerItem,
  mergedPartShare,
  mergedRowsPerCpuSecond,
  partRowBytes,
  rowsPerCpuSecond,
} from './measured.ts'

/** What one child of a map takes at most. */
export interface Load {
  readonly seconds: number
  readonly scratchBytes: number
  readonly puts: number
  readonly gets: number
}

interface Work extends Omit<Load, 'seconds'> {
  readonly cpuSeconds: number
  readonly movedBytes: number
}

type Items = Readonly<Record<ItemKind, number>>

/** How the parts of a nation lie: how many files of a kind there are in a province, and how far those that are compacted are compressed. */
export interface PartsLayout {
  readonly filesPerProvince: (kind: PartKind) => number
  readonly share: number
}

export function convertLoad(items: Items, rows: PartRows, buckets: number): Load {
  const partBytes = partBytesOf(rows)
  const keyBytes = keyBytesOf(items)
  const chunks = chunksOf(items)
  const parts = sum(aggregates, aggregate => chunks[aggregate] * partsOf[aggregate].length * provinceCodes.length)
  return loadOf({
    cpuSeconds: rowsOf(rows) / rowsPerCpuSecond,
    movedBytes: exportBytes(items) + partBytes + keyBytes,
    scratchBytes: chunkBytes * aggregates.length + partBytes + keyBytes,
    puts: parts + buckets + 1,
    gets: 3,
  })
}

/** How many chunks a data file is parsed in, by aggregate: so many part files of each kind a province. */
export function chunksOf(items: Items): Readonly<Record<Aggregate, number>> {
  const of = (kind: ItemKind) => Math.ceil((items[kind] * itemBytes[kind].line) / chunkBytes)
  return { households: of('household'), persons: of('person'), contributors: of('contributions') }
}

export function matchLoad(items: Items, buckets: number, keyFiles: number): Load {
  const bytes = keyBytesOf(items) / buckets
  return loadOf({
    cpuSeconds: sum(itemKinds, kind => items[kind] * keysPerItem[kind]) / buckets / rowsPerCpuSecond,
    movedBytes: bytes,
    scratchBytes: bytes,
    puts: 1,
    gets: keyFiles,
  })
}

/** `province` is what the whole province holds, of which the unit is cut: its parts are fetched whole. */
export function compactLoad(
  unit: Unit,
  { unitRows, province }: { readonly unitRows: PartRows; readonly province: PartRows },
  { agreements, layout }: { readonly agreements: readonly Agreement[]; readonly layout: PartsLayout },
): Load {
  const files = finalFilesOf(unit, unitRows, agreements)
  const finalBytes = sum(files, ({ bytes }) => bytes)
  const fetched = partBytesOf(province) * layout.share
  return loadOf({
    cpuSeconds: sum(files, ({ rows }) => rows) / rowsPerCpuSecond,
    movedBytes: fetched + finalBytes,
    scratchBytes: fetched + partBytesOf(unitRows) * spillShare + finalBytes,
    puts: files.length + 1,
    gets: sum(partsOf[unit.aggregate], layout.filesPerProvince) + 2,
  })
}

export interface FinalFileSize {
  readonly recipient: string
  readonly dataset: DatasetName
  readonly province: string
  readonly rows: number
  readonly bytes: number
}

/** The files that a unit becomes: one for each dataset of each agreement that takes its province. */
export function finalFilesOf(
  { aggregate, province }: Unit,
  unitRows: PartRows,
  agreements: readonly Agreement[],
): readonly FinalFileSize[] {
  return agreements.flatMap(agreement =>
    datasets
      .filter(dataset => dataset.aggregate === aggregate && agreement.datasets[dataset.name])
      .filter(() => (agreement.rows.provinceCodes as readonly string[] | undefined)?.includes(province) !== false)
      .map(({ name: dataset, counts }) => {
        const rows = unitRows[counts] ?? 0
        return {
          recipient: agreement.recipient,
          dataset,
          province,
          rows,
          bytes: Math.round(rows * finalRowBytes[dataset]),
        }
      })
      .filter(({ rows }) => rows > 0),
  )
}

export function mergeLoad(
  { aggregate, provinces }: Merge,
  rowsIn: (province: string) => PartRows,
  {
    layout,
    changedShare,
    buckets,
  }: { readonly layout: PartsLayout; readonly changedShare: number; readonly buckets: number },
): Load {
  const rows = sum(provinces, province => rowsOf(ofAggregate(aggregate, rowsIn(province))))
  const bytes = sum(provinces, province => partBytesOf(ofAggregate(aggregate, rowsIn(province))))
  // The first delta after a full handover reads parts as large as that left them
  const [earlier, merged] = [bytes, bytes * mergedPartShare]
  const changed = 2 * bytes * changedShare
  return loadOf({
    cpuSeconds: rows / mergedRowsPerCpuSecond,
    movedBytes: earlier + changed + merged,
    scratchBytes: Math.min(earlier, lentBytes) + changed + merged + rows * keyRowBytes,
    puts: (1 + earlier / lentBytes) * provinces.length * partsOf[aggregate].length + buckets + 1,
    gets: provinces.length * sum(partsOf[aggregate], layout.filesPerProvince) + 3,
  })
}

/** Of earlier parts, what a merge has on its disk at a time. */
const lentBytes = 1024 ** 3

export function compareLoad({ dataset, earlier }: Comparison, nowRows: number, changedShare: number): Load {
  const before = sum(earlier, ({ rows }) => rows)
  const bytes = (before + nowRows) * finalRowBytes[dataset]
  return loadOf({
    cpuSeconds: (before + nowRows) / comparedRowsPerCpuSecond,
    movedBytes: bytes * (1 + changedShare),
    scratchBytes: bytes * (1 + changedShare) + nowRows * partRowBytes[datasetNamed(dataset).counts] * spillShare,
    puts: 2,
    gets: 2 * earlier.length + 3,
  })
}

export function placeLoad(bytes: number): Load {
  return loadOf({
    cpuSeconds: bytes / hashedBytesPerSecond,
    movedBytes: 2 * bytes,
    scratchBytes: bytes,
    puts: 1,
    gets: 2,
  })
}

/** SHA-256 of a CPU with the instructions for it, carefully. */
const hashedBytesPerSecond = 400_000_000

/** Bytes of `.json.gz`. */
export function exportBytes(items: Items): number {
  return sum(itemKinds, kind => items[kind] * itemBytes[kind].line) * gzippedShare
}

export function partBytesOf(rows: PartRows): number {
  return sum(partKinds, kind => (rows[kind] ?? 0) * partRowBytes[kind])
}

export function rowsOf(rows: PartRows): number {
  return sum(partKinds, kind => rows[kind] ?? 0)
}

export function ofAggregate(aggregate: Aggregate, rows: PartRows): PartRows {
  return Object.fromEntries(partsOf[aggregate].map(kind => [kind, rows[kind] ?? 0]))
}

/** Rows of each kind, all places together. */
export function rowsIn(places: readonly PlaceCount[]): PartRows {
  return Object.fromEntries(partKinds.map(kind => [kind, sum(places, ({ rows }) => rows[kind] ?? 0)]))
}

function keyBytesOf(items: Items): number {
  return sum(itemKinds, kind => items[kind] * keysPerItem[kind]) * keyRowBytes
}

function loadOf({ cpuSeconds, movedBytes, scratchBytes, puts, gets }: Work): Load {
  const requests = Math.ceil(puts) + gets
  return {
    seconds:
      cpuSeconds / lambdaCpu + movedBytes / transferBytesPerSecond + (requests * requestSeconds) / requestsAtOnce,
    scratchBytes: Math.round(scratchBytes),
    puts: Math.ceil(puts),
    gets,
  }
}

export function sum<Element>(elements: readonly Element[], of: (element: Element) => number): number {
  return elements.reduce((total, element) => total + of(element), 0)
}
