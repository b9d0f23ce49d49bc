import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Aggregate } from '../../lambdas/handover/parts.ts'
import { planUnits, type Unit } from '../../lambdas/handover/plan.ts'
import type { WardCount } from '../../lambdas/handover/ward-count.ts'
import { provinceCodes } from '../../lambdas/registry/provinces.ts'
import { wardsOf } from '../../lambdas/registry/wards.ts'

const places = provinceCodes.slice(0, 4).flatMap(province =>
  wardsOf(province)
    .map(ward => ({ province, ward }))
    .slice(0, 12),
)
const rows = fc.oneof(fc.constant(0), fc.nat({ max: 500 }))
const somePlaces = fc.shuffledSubarray(places)
const counts = somePlaces.chain(some =>
  fc.tuple(
    ...some.map(place =>
      fc.record({ households: rows, persons: rows, cards: rows }).map(count => ({ ...place, ...count })),
    ),
  ),
)
const caps = fc.integer({ min: 1, max: 1500 })

describe('the units to compact', () => {
  it('hold each ward that has rows once, and no other', () => {
    holds((units, aggregate, counts) => {
      for (const count of counts) {
        const holding = units.filter(unit => covers(unit, count))
        expect(holding.length).toBeLessThanOrEqual(1)
        if (rowsOf(aggregate, count) > 0) expect(holding).toHaveLength(1)
      }
    })
  })

  it('hold no more rows than the cap, but for a ward that does so alone', () => {
    holds((units, aggregate, counts, cap) => {
      for (const unit of units) {
        const held = counts.filter(count => covers(unit, count) && rowsOf(aggregate, count) > 0)
        expect(held.length).toBeGreaterThan(0)
        if (held.length > 1) expect(total(aggregate, held)).toBeLessThanOrEqual(cap)
      }
    })
  })

  it('are as few as they can be: none has room for the first ward of the next', () => {
    holds((units, aggregate, counts, cap) => {
      for (const [index, unit] of units.entries()) {
        const next = units[index + 1]
        if (next?.province !== unit.province) continue
        const first = counts.filter(({ ward }) => ward === next.wards[0])
        const held = counts.filter(count => covers(unit, count))
        expect(total(aggregate, [...held, ...first])).toBeGreaterThan(cap)
      }
    })
  })

  it('stand in the order of provinces and wards, numbered from 0 in each province', () => {
    holds(units => {
      const keys = units.map(({ province, wards: [from, to] }) => `${province} ${from} ${to}`)
      expect(keys).toEqual(keys.toSorted())
      for (const ofProvince of Map.groupBy(units, ({ province }) => province).values()) {
        expect(ofProvince.map(({ number }) => number)).toEqual([...ofProvince.keys()])
      }
    })
  })

  it('make room for the recipient who takes most of a ward', () => {
    const most = places.slice(0, 2).map(place => ({ ...place, households: 0, persons: 6, cards: 0 }))
    const less = most.map(count => ({ ...count, persons: 1 }))

    expect(planUnits([...less, ...most], 11)).toHaveLength(2)
    expect(planUnits([...most, ...less], 12)).toHaveLength(1)
  })

  it('are cut by cards where people hold several', () => {
    const counts = places.slice(0, 2).map(place => ({ ...place, households: 1, persons: 2, cards: 6 }))

    expect(planUnits(counts, 8).map(({ aggregate, wards }) => [aggregate, ...wards])).toEqual([
      ['households', counts[0]?.ward, counts[1]?.ward],
      ['persons', counts[0]?.ward, counts[0]?.ward],
      ['persons', counts[1]?.ward, counts[1]?.ward],
    ])
  })
})

function holds(
  check: (units: readonly Unit[], aggregate: Aggregate, counts: readonly WardCount[], cap: number) => void,
) {
  fc.assert(
    fc.property(counts, caps, (counts, cap) => {
      const units = planUnits(counts, cap)
      for (const aggregate of ['households', 'persons'] as const)
        check(
          units.filter(unit => unit.aggregate === aggregate),
          aggregate,
          counts,
          cap,
        )
    }),
  )
}

function covers({ province, wards: [from, to] }: Unit, count: WardCount): boolean {
  return count.province === province && from <= count.ward && count.ward <= to
}

function rowsOf(aggregate: Aggregate, { households, persons, cards }: WardCount): number {
  return aggregate === 'households' ? households : Math.max(persons, cards)
}

function total(aggregate: Aggregate, counts: readonly WardCount[]): number {
  return counts.reduce((sum, count) => sum + rowsOf(aggregate, count), 0)
}
