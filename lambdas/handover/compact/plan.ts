import { provinceCodes } from '../../registry/provinces.ts'
import type { Agreement } from '../agreement.ts'
import { type Aggregate, aggregates } from '../convert/parts.ts'
import { largestCounts, type PlaceCount } from '../convert/place-count.ts'
import { type DatasetName, datasets } from '../datasets.ts'
import type { Manifest } from '../manifest.ts'

/** What one child compacts: the parts of one aggregate in one province, cut by wards or agencies where they are many. */
export interface Unit {
  readonly aggregate: Aggregate
  readonly province: string
  /** From 0 within its aggregate and province; it numbers the unit's files. */
  readonly number: number
  /** First and last ward or agency, both included. */
  readonly places: [from: string, to: string]
}

/** What one child merges: the changes of one aggregate in some provinces. */
export interface Merge {
  readonly aggregate: Aggregate
  /** From 0 within its aggregate. */
  readonly number: number
  readonly provinces: readonly string[]
}

/** What one child compares: a recipient's earlier and new rows of one dataset in one province. */
export interface Comparison {
  readonly recipient: string
  readonly dataset: DatasetName
  readonly province: string
  /** The earlier snapshot's files, below it. */
  readonly earlier: readonly { readonly path: string; readonly rows: number; readonly hash: string }[]
}

/**
 * Every province, since a change may come from anywhere: small ones together, as long as their earlier parts hold no more than so many
 * bytes.
 */
export function planMerges(
  aggregates: readonly Aggregate[],
  bytesOf: (aggregate: Aggregate, province: string) => number,
  maximumBytes: number,
): readonly Merge[] {
  return aggregates.flatMap(aggregate => {
    const provinces = provinceCodes.map(code => ({ code, bytes: bytesOf(aggregate, code) }))
    return batchesOf(provinces, maximumBytes).map((batch, number) => ({
      aggregate,
      number,
      provinces: batch.map(({ code }) => code),
    }))
  })
}

/** In their order, each batch with at most so many bytes unless a single one has more. */
export function batchesOf<Sized extends { readonly bytes: number }>(
  all: readonly Sized[],
  maximumBytes: number,
): readonly (readonly Sized[])[] {
  const batches: Sized[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const one of all) {
    if (bytes + one.bytes > maximumBytes) {
      batches.push([])
      bytes = 0
    }
    batches.at(-1)?.push(one)
    bytes += one.bytes
  }
  return batches
}

/** Wherever a recipient had rows of a dataset, or has some now. */
export function planComparisons(
  { recipient, datasets: granted }: Agreement,
  earlier: Manifest,
  counts: readonly PlaceCount[],
): readonly Comparison[] {
  return datasets
    .filter(({ name }) => granted[name])
    .flatMap(({ name: dataset, counts: kind }) => {
      const files = earlier.resources.filter(resource => resource['handover:dataset'] === dataset)
      const had = files.map(file => file['handover:partition']?.province as string)
      const has = counts.filter(({ rows }) => rows[kind]).map(({ province }) => province)
      return [...new Set([...had, ...has])].sort().map(province => ({
        recipient,
        dataset,
        province,
        earlier: files
          .filter(file => file['handover:partition']?.province === province)
          .map(({ path, hash, 'handover:rowCount': rows }) => ({ path, hash, rows })),
      }))
    })
}

/**
 * As few units as possible, each with at most `maximumRows` rows in its largest kind of part; a ward or agency is never cut.
 * `counts` may name a place several times, once for each recipient: its largest count holds.
 */
export function planUnits(counts: readonly PlaceCount[], maximumRows: number): readonly Unit[] {
  const byAggregate = Map.groupBy(largestCounts(counts), ({ aggregate }) => aggregate)
  return aggregates.flatMap(aggregate => {
    const byProvince = Map.groupBy(byAggregate.get(aggregate) ?? [], ({ province }) => province)
    return [...byProvince].flatMap(([province, places]) => unitsOf(aggregate, province, places, maximumRows))
  })
}

function unitsOf(
  aggregate: Aggregate,
  province: string,
  places: readonly PlaceCount[],
  maximumRows: number,
): readonly Unit[] {
  const units: Unit[] = []
  let unitRows = 0
  for (const { place, rows } of places) {
    const more = Math.max(...Object.values(rows))
    const last = units.at(-1)
    if (more === 0) continue
    if (last && unitRows + more <= maximumRows) {
      units[units.length - 1] = { ...last, places: [last.places[0], place] }
      unitRows += more
    } else {
      units.push({ aggregate, province, number: units.length, places: [place, place] })
      unitRows = more
    }
  }
  return units
}
