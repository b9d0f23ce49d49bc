import { type Agreement, asksFor } from '../../lambdas/handover/agreement.ts'
import type { Selected } from '../../lambdas/handover/compact/tally.ts'
import { type Aggregate, aggregates, type PartKind, partsOf } from '../../lambdas/handover/convert/parts.ts'
import type { PlaceCount } from '../../lambdas/handover/convert/place-count.ts'
import { type ItemKind, itemKinds } from '../../lambdas/registry/items.ts'
import { provinceCodes } from '../../lambdas/registry/provinces.ts'
import { provinceOfWard } from '../../lambdas/registry/wards.ts'
import { wardShares } from '../nation/places.ts'
import { itemsPerPerson, rowsPerPerson } from './measured.ts'

/** How many items and rows a nation comes to, and where: counts and no data. */
export interface NationSize {
  /** Members of households, insured or not. */
  readonly people: number
  readonly items: Readonly<Record<ItemKind, number>>
  /** Every place once. */
  readonly places: readonly PlaceCount[]
}

export function nationSize(people: number): NationSize {
  return {
    people,
    items: Object.fromEntries(
      itemKinds.map(kind => [kind, Math.round(people * itemsPerPerson[kind])]),
    ) as NationSize['items'],
    places: aggregates.flatMap(aggregate => placesOf(aggregate, people)),
  }
}

/** What each agreement's rows come to at most: rows that it leaves out by scheme or by card are counted as well. */
export function selectedOf({ places }: NationSize, agreements: readonly Agreement[]): Selected {
  return Object.fromEntries(
    agreements.map(agreement => {
      const { provinceCodes: provinces } = agreement.rows
      const selected = places.filter(
        ({ aggregate, province }) =>
          asksFor(agreement, aggregate) && (provinces as readonly string[] | undefined)?.includes(province) !== false,
      )
      return [agreement.recipient, selected]
    }),
  )
}

function placesOf(aggregate: Aggregate, people: number): readonly PlaceCount[] {
  const shares = [...sharesOf(aggregate)]
  const kinds = partsOf[aggregate]
  const spread = kinds.map(kind =>
    inWholes(
      shares.map(([, { share }]) => share),
      people * rowsPerPerson[kind],
    ),
  )
  return shares.map(([place, { province }], at) => ({
    aggregate,
    province,
    place,
    rows: Object.fromEntries(kinds.map((kind, of) => [kind, spread[of]?.[at]])) as Partial<Record<PartKind, number>>,
  }))
}

interface Share {
  readonly province: string
  readonly share: number
}

/** People live in wards; contributions are collected by the agencies of their province, twelve alike in each. */
function sharesOf(aggregate: Aggregate): ReadonlyMap<string, Share> {
  const wards = [...wardShares()].map(([ward, share]) => [ward, { province: provinceOfWard(ward), share }] as const)
  if (aggregate !== 'contributors') return new Map(wards)
  return new Map(
    provinceCodes.flatMap(province => {
      const share = wards.reduce((sum, [, ward]) => sum + (ward.province === province ? ward.share : 0), 0)
      return Array.from({ length: agencies }, (_, at) => [
        `${province}${String(at + 1).padStart(3, '0')}`,
        { province, share: share / agencies },
      ])
    }),
  )
}

const agencies = 12

/** Whole numbers in these shares that add up to the rounded total. */
function inWholes(shares: readonly number[], total: number): readonly number[] {
  let before = 0
  return shares.map(share => {
    const from = Math.round(before * total)
    before += share
    return Math.round(before * total) - from
  })
}
