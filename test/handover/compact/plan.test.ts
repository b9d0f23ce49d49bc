import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planUnits, type Unit } from '../../../lambdas/handover/compact/plan.ts'
import { type Aggregate, aggregates } from '../../../lambdas/handover/convert/parts.ts'
import type { PlaceCount } from '../../../lambdas/handover/convert/place-count.ts'
import { provinceCodes } from '../../../lambdas/registry/provinces.ts'
import { wardsOf } from '../../../lambdas/registry/wards.ts'

const places = provinceCodes.slice(0, 4).flatMap(province =>
  wardsOf(province)
    .map(place => ({ province, place }))
    .slice(0, 12),
)
const rows = fc.oneof(fc.constant(0), fc.nat({ max: 500 }))
const somePlaces = fc.shuffledSubarray(places)
const counts: fc.Arbitrary<readonly PlaceCount[]> = somePlaces
  .chain(some =>
    fc.tuple(
      ...some.map(place =>
        fc
          .record({ households: rows, persons: rows, cards: rows, contributions: rows })
          .map(({ households, persons, cards, contributions }): readonly PlaceCount[] => [
            { ...place, aggregate: 'households', rows: { households } },
            { ...place, aggregate: 'persons', rows: { persons } },
            { ...place, aggregate: 'persons', rows: { cards } },
            { ...place, aggregate: 'contributors', rows: { contributions } },
          ]),
      ),
    ),
  )
  .map(counts => counts.flat())
const caps = fc.integer({ min: 1, max: 1500 })

describe('the units to compact', () => {
  it('hold each ward that has rows once, and no other', () => {
    holds((units, aggregate, counts) => {
      for (const place of counts.filter(count => count.aggregate === aggregate)) {
        const holding = units.filter(unit => covers(unit, place))
        expect(holding.length).toBeLessThanOrEqual(1)
        if (rowsOf(aggregate, place, counts) > 0) expect(holding).toHaveLength(1)
      }
    })
  })

  it('hold no more rows than the cap, but for a ward that does so alone', () => {
    holds((units, aggregate, counts, cap) => {
      for (const unit of units) {
        const held = placesOf(aggregate, counts).filter(
          place => covers(unit, place) && rowsOf(aggregate, place, counts) > 0,
        )
        expect(held.length).toBeGreaterThan(0)
        if (held.length > 1) expect(total(aggregate, held, counts)).toBeLessThanOrEqual(cap)
      }
    })
  })

  it('are as few as they can be: none has room for the first ward of the next', () => {
    holds((units, aggregate, counts, cap) => {
      for (const [index, unit] of units.entries()) {
        const next = units[index + 1]
        if (next?.province !== unit.province) continue
        const places = placesOf(aggregate, counts)
        const first = places.filter(({ place }) => place === next.places[0])
        const held = places.filter(place => covers(unit, place))
        expect(total(aggregate, [...held, ...first], counts)).toBeGreaterThan(cap)
      }
    })
  })

  it('stand in the order of provinces and wards, numbered from 0 in each province', () => {
    holds(units => {
      const keys = units.map(({ province, places: [from, to] }) => `${province} ${from} ${to}`)
      expect(keys).toEqual(keys.toSorted())
      for (const ofProvince of Map.groupBy(units, ({ province }) => province).values()) {
        expect(ofProvince.map(({ number }) => number)).toEqual([...ofProvince.keys()])
      }
    })
  })

  it('make room for the recipient who takes most of a ward', () => {
    const most = places.slice(0, 2).map(place => ({ ...place, aggregate: 'persons' as const, rows: { persons: 6 } }))
    const less = most.map(count => ({ ...count, rows: { persons: 1 } }))

    expect(planUnits([...less, ...most], 11)).toHaveLength(2)
    expect(planUnits([...most, ...less], 12)).toHaveLength(1)
  })

  it('are cut by cards where people hold several', () => {
    const counts: readonly PlaceCount[] = places.slice(0, 2).flatMap(place => [
      { ...place, aggregate: 'households', rows: { households: 1 } },
      { ...place, aggregate: 'persons', rows: { persons: 2 } },
      { ...place, aggregate: 'persons', rows: { cards: 6 } },
    ])

    expect(planUnits(counts, 8).map(({ aggregate, places }) => [aggregate, ...places])).toEqual([
      ['households', places[0]?.place, places[1]?.place],
      ['persons', places[0]?.place, places[0]?.place],
      ['persons', places[1]?.place, places[1]?.place],
    ])
  })
})

function holds(
  check: (units: readonly Unit[], aggregate: Aggregate, counts: readonly PlaceCount[], cap: number) => void,
) {
  fc.assert(
    fc.property(counts, caps, (counts, cap) => {
      const units = planUnits(counts, cap)
      for (const aggregate of aggregates)
        check(
          units.filter(unit => unit.aggregate === aggregate),
          aggregate,
          counts,
          cap,
        )
    }),
  )
}

interface Place {
  readonly province: string
  readonly place: string
}

function covers({ province, places: [from, to] }: Unit, place: Place): boolean {
  return place.province === province && from <= place.place && place.place <= to
}

function placesOf(aggregate: Aggregate, counts: readonly PlaceCount[]): readonly Place[] {
  const ofAggregate = counts.filter(count => count.aggregate === aggregate)
  return [...new Map(ofAggregate.map(count => [count.place, count])).values()]
}

/** Of the kind of part that has most. */
function rowsOf(aggregate: Aggregate, place: Place, counts: readonly PlaceCount[]): number {
  const there = counts.filter(count => count.aggregate === aggregate && count.place === place.place)
  return Math.max(...there.flatMap(({ rows }) => Object.values(rows)))
}

function total(aggregate: Aggregate, places: readonly Place[], counts: readonly PlaceCount[]): number {
  return places.reduce((sum, place) => sum + rowsOf(aggregate, place, counts), 0)
}
