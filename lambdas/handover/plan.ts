import { type Aggregate, aggregates } from './parts.ts'
import type { WardCount } from './ward-count.ts'

/** What one child compacts: the parts of one aggregate in one province, cut by wards where they are many. */
export interface Unit {
  readonly aggregate: Aggregate
  readonly province: string
  /** From 0 within its aggregate and province; it numbers the unit's files. */
  readonly number: number
  /** First and last ward, both included. */
  readonly wards: [from: string, to: string]
}

/**
 * As few units as possible, each with at most `maximumRows` rows in its largest dataset; a ward is never cut.
 * `counts` may name a ward several times, once for each recipient: its largest count holds.
 */
export function planUnits(counts: readonly WardCount[], maximumRows: number): readonly Unit[] {
  const byProvince = Map.groupBy(largestByWard(counts), ({ province }) => province)
  const provinces = [...byProvince].sort(([a], [b]) => a.localeCompare(b))
  return aggregates.flatMap(aggregate =>
    provinces.flatMap(([province, wards]) => unitsOf(aggregate, province, wards, maximumRows)),
  )
}

function largestByWard(counts: readonly WardCount[]): readonly WardCount[] {
  const largest = new Map<string, WardCount>()
  for (const one of counts) {
    const known = largest.get(one.ward)
    largest.set(one.ward, {
      ...one,
      households: Math.max(one.households, known?.households ?? 0),
      persons: Math.max(one.persons, known?.persons ?? 0),
      cards: Math.max(one.cards, known?.cards ?? 0),
    })
  }
  return [...largest.values()].sort((a, b) => a.ward.localeCompare(b.ward))
}

function unitsOf(aggregate: Aggregate, province: string, wards: readonly WardCount[], maximumRows: number): Unit[] {
  const units: Unit[] = []
  let rows = 0
  for (const { ward, ...count } of wards) {
    const more = aggregate === 'households' ? count.households : Math.max(count.persons, count.cards)
    const last = units.at(-1)
    if (more === 0) continue
    if (last && rows + more <= maximumRows) {
      units[units.length - 1] = { ...last, wards: [last.wards[0], ward] }
      rows += more
    } else {
      units.push({ aggregate, province, number: units.length, wards: [ward, ward] })
      rows = more
    }
  }
  return units
}
