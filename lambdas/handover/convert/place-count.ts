import type { Aggregate, PartKind } from './parts.ts'

/** How many rows of each kind of part an agreement lets through in one place. */
export interface PlaceCount {
  readonly aggregate: Aggregate
  readonly province: string
  /** The ward, or for contributions the collecting agency. */
  readonly place: string
  readonly rows: PartRows
}

export type PartRows = Readonly<Partial<Record<PartKind, number>>>

/** Adds counts to the sums by place. */
export function addCounts(sums: Map<string, PlaceCount>, counts: Iterable<PlaceCount>) {
  mergeCounts(sums, counts, (sum, more) => sum + more)
}

/** Keeps the larger count of each place and kind. */
export function largestCounts(counts: Iterable<PlaceCount>): readonly PlaceCount[] {
  const largest = new Map<string, PlaceCount>()
  mergeCounts(largest, counts, Math.max)
  return sortedCounts(largest)
}

export function sortedCounts(sums: ReadonlyMap<string, PlaceCount>): readonly PlaceCount[] {
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, count]) => count)
}

function mergeCounts(
  into: Map<string, PlaceCount>,
  counts: Iterable<PlaceCount>,
  merge: (one: number, other: number) => number,
) {
  for (const count of counts) {
    const key = `${count.aggregate} ${count.province} ${count.place}`
    const known = into.get(key)
    into.set(key, known ? { ...count, rows: mergeRows(known.rows, count.rows, merge) } : count)
  }
}

function mergeRows(one: PartRows, other: PartRows, merge: (one: number, other: number) => number): PartRows {
  const kinds = Object.keys({ ...one, ...other }) as PartKind[]
  return Object.fromEntries(kinds.map(kind => [kind, merge(one[kind] ?? 0, other[kind] ?? 0)]))
}
