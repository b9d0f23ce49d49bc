import fc from 'fast-check'
import { firstBirthDay } from '../../../lambdas/registry/birth-date.ts'
import type { CardNumber } from '../../../lambdas/registry/card-number.ts'
import type { Day } from '../../../lambdas/registry/day.ts'
import type { EthnicCode } from '../../../lambdas/registry/ethnic-groups.ts'
import type { FeedRecord } from '../../../lambdas/registry/feeds.ts'
import type { Month } from '../../../lambdas/registry/month.ts'
import type { ProvinceCode } from '../../../lambdas/registry/provinces.ts'
import { today } from '../convert/export-draft.ts'
import { type Holder, type Population, populationOf } from './expected-rows.ts'

/** One thing that happens to whoever the numbers fall on. */
export interface Happening {
  readonly what: keyof typeof happenings
  readonly who: number
  readonly how: number
}

type Household = FeedRecord<'households'>

type Place = Pick<Household, 'provinceCode' | 'formerProvinceCode' | 'wardCode'>

const places = [
  { provinceCode: '01', formerProvinceCode: '01', wardCode: '00004' },
  { provinceCode: '01', formerProvinceCode: '01', wardCode: '00008' },
  { provinceCode: '79', formerProvinceCode: '74', wardCode: '25747' },
] as unknown as readonly Place[]

/** People of three wards, so that a handover of them is quick. */
export function villagers(people: number): Population {
  const { households, holders, contributions } = populationOf({ people, seed: 7, today })
  const home = new Map(households.map((household, n) => [household.householdId, pick(places, n) as Place]))
  return {
    households: households.map(household => ({ ...household, ...home.get(household.householdId) })),
    holders: holders.map(({ person, cards }) => ({ person: { ...person, ...home.get(person.householdId) }, cards })),
    contributions: contributions.map((one, n) => ({ ...one, provinceCode: pick(agencies, n) as ProvinceCode })),
  }
}

const agencies = ['01', '79'] as unknown as readonly ProvinceCode[]
const yesterday = '2026-11-21' as Day
/** People who may yet join them. */
const others = populationOf({ people: 60, seed: 99, today })

/** What can happen; each gives the population after it. Nothing happens where there is nobody to whom it could. */
const happenings = {
  birth: (all: Population, who: number, how: number) => {
    const household = pick(all.households, who)
    const newcomer = pick(others.holders, how)
    if (!household || all.holders.some(({ person }) => person.personId === newcomer?.person.personId)) return all
    const { householdId, addressLine } = household
    const person = { ...(newcomer as Holder).person, householdId, addressLine, ...placeOf(household) }
    return { ...all, holders: [...all.holders, { person, cards: (newcomer as Holder).cards }] }
  },
  death: (all: Population, who: number) =>
    withPerson(all, who, ({ birthDate }) => ({ diedOn: latest(yesterday, firstBirthDay(birthDate)) })),
  'a correction': (all: Population, who: number, how: number) =>
    withPerson(all, who, () => ({ fullName: `Đỗ Thị Thử ${how}`, ethnicCode: '02' as EthnicCode })),
  'a telephone number': (all: Population, who: number, how: number) =>
    withPerson(all, who, () => ({ phone: `+8490000${String(how).padStart(4, '0')}` })),
  'news that say nothing new': (all: Population, who: number) => withPerson(all, who, () => ({})),
  'a move of one': (all: Population, who: number, how: number) =>
    withPerson(all, who, () => pick(places, how) as Place),
  'a move of a household': (all: Population, who: number, how: number) => {
    const moved = pick(all.households, who)
    const place = pick(places, how)
    return {
      ...all,
      households: all.households.map(one => (one === moved ? newer({ ...one, ...place }) : one)),
      holders: all.holders.map(({ person, cards }) => ({
        person: person.householdId === moved?.householdId ? newer({ ...person, ...place }) : person,
        cards,
      })),
    }
  },
  'a new card': (all: Population, who: number, how: number) =>
    withCards(all, who, cards =>
      cards
        .map(card => (card === cards.at(-1) ? newer({ ...card, validTo: latest(yesterday, card.validFrom) }) : card))
        .concat(
          cards.slice(-1).map(({ validTo, ...card }) =>
            newer({
              ...card,
              validFrom: today,
              ...(validTo && { validTo: latest(validTo, today) }),
              cardNumber: numbered(card.cardNumber, how),
            }),
          ),
        ),
    ),
  'a card of the army': (all: Population, who: number) =>
    withCards(all, who, cards => cards.map(card => newer(asSoldiers(card)))),
  'a recalled card': (all: Population, who: number) =>
    withCards(all, who, ([first, ...rest]) =>
      first
        ? [newer({ ...first, recalledOn: latest(yesterday, first.issuedOn), recallReason: 'reissued' }), ...rest]
        : [],
    ),
  'a card that soon ends': (all: Population, who: number, how: number) => {
    const validTo = `2026-12-${String(1 + (how % 28)).padStart(2, '0')}` as Day
    return withCards(all, who, cards => cards.map(card => newer({ ...card, validTo: latest(validTo, card.validFrom) })))
  },
  'cards that vanish': (all: Population, who: number) => withCards(all, who, () => []),
  'somebody who vanishes': (all: Population, who: number) => without(all, holder => holder === pick(all.holders, who)),
  'a household that vanishes': (all: Population, who: number) => {
    const gone = pick(all.households, who)
    const { households, ...people } = without(all, ({ person }) => person.householdId === gone?.householdId)
    return { ...people, households: households.filter(one => one !== gone) }
  },
  'another employer': (all: Population, who: number, how: number) => {
    const last = pick(all.contributions, who)
    if (!last) return all
    const firstMonth = '2026-11' as Month
    const { lastMonth: _, ...open } = last
    const next = newer({
      ...open,
      firstMonth,
      employerCode: `NEW${how}`,
      provinceCode: pick(agencies, how) as ProvinceCode,
    })
    const known = all.contributions.some(one => keyOf(one) === keyOf(next))
    return { ...all, contributions: known ? all.contributions : [...all.contributions, next] }
  },
  'another agency': (all: Population, who: number, how: number) => {
    const moved = pick(all.contributions, who)
    const provinceCode = pick(agencies, how) as ProvinceCode
    return {
      ...all,
      contributions: all.contributions.map(one => (one === moved ? newer({ ...one, provinceCode }) : one)),
    }
  },
  'contributions that vanish': (all: Population, who: number) => ({
    ...all,
    contributions: all.contributions.filter(one => one !== pick(all.contributions, who)),
  }),
} as const satisfies Record<string, (all: Population, who: number, how: number) => Population>

/** Some of them, one after the other. */
export const someLife: fc.Arbitrary<readonly Happening[]> = fc.array(
  fc.record({
    what: fc.constantFrom(...(Object.keys(happenings) as Happening['what'][])),
    who: fc.nat(10_000),
    how: fc.nat(9999),
  }),
  { maxLength: 12 },
)

export function lived(all: Population, life: readonly Happening[]): Population {
  return life.reduce<Population>((population, { what, who, how }) => happenings[what](population, who, how), all)
}

function pick<One>(all: readonly One[], at: number): One | undefined {
  return all[at % all.length]
}

function latest(one: Day, other: Day): Day {
  return one > other ? one : other
}

function placeOf({ provinceCode, formerProvinceCode, wardCode }: Household): Place {
  return { provinceCode, formerProvinceCode, wardCode }
}

function newer<Kind extends { readonly sourceTime: number }>(one: Kind): Kind {
  return { ...one, sourceTime: one.sourceTime + 1000 }
}

function withHolder(all: Population, who: number, change: (holder: Holder) => Holder): Population {
  const changed = pick(all.holders, who)
  return { ...all, holders: all.holders.map(holder => (holder === changed ? change(holder) : holder)) }
}

function withPerson(
  all: Population,
  who: number,
  change: (person: Holder['person']) => Partial<Holder['person']>,
): Population {
  return withHolder(all, who, ({ person, cards }) => ({ person: newer({ ...person, ...change(person) }), cards }))
}

function withCards(all: Population, who: number, change: (cards: Holder['cards']) => Holder['cards']): Population {
  return withHolder(all, who, ({ person, cards }) => {
    const changed = change(cards)
    const keys = new Set(changed.map(({ cardNumber, validFrom }) => `${cardNumber} ${validFrom}`))
    return { person, cards: keys.size === changed.length ? changed : cards }
  })
}

/** Without some people, and all that points at them. */
function without(all: Population, gone: (holder: Holder) => boolean): Population {
  const ids = new Set(all.holders.filter(gone).map(({ person }) => person.personId))
  return {
    ...all,
    holders: all.holders.filter(({ person }) => !ids.has(person.personId)),
    contributions: all.contributions.filter(({ personId }) => !ids.has(personId)),
  }
}

function numbered(card: CardNumber, how: number): CardNumber {
  return `${card.slice(0, 11)}${String(how).padStart(4, '0')}` as CardNumber
}

function asSoldiers({ enrolmentOrder: _order, contributionShare: _share, ...card }: Holder['cards'][number]) {
  return { ...card, cardNumber: `QN5${card.cardNumber.slice(3)}` as CardNumber }
}

function keyOf({ personId, scheme, firstMonth, employerCode }: FeedRecord<'contributions'>): string {
  return [personId, scheme, firstMonth, employerCode].join(' ')
}
