import { type Aggregate, aggregates } from './parts.ts'
import { largestCounts, type PlaceCount } from './place-count.ts'

/** What one child compacts: the parts of one aggregate in one province, cut by wards or agencies where they are many. */
export interface Unit {
  readonly aggregate: Aggregate
  readonly province: string
  /** From 0 within its aggregate and province; it numbers the unit's files. */
  readonly number: number
  /** First and last ward or agency, both included. */
  readonly places: [from: string, to: string]
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
