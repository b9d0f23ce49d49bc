import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maximumCards } from '../../lambdas/registry/card.ts'
import { maximumPeriods, type Period } from '../../lambdas/registry/contribution.ts'
import type { FeedRecord, Sourced } from '../../lambdas/registry/feeds.ts'
import { takeCard, takeContribution, takeHousehold, takePerson } from '../../lambdas/registry/intake.ts'
import {
  contributionsItem,
  type HeldContributions,
  type HeldHousehold,
  type HeldPerson,
} from '../../lambdas/registry/items.ts'
import { itemBytes } from '../../lambdas/shared/item-bytes.ts'
import { card, contribution, household, onDay, person } from './records.ts'

const anyHousehold = () => true
const held = (...cards: readonly FeedRecord<'cards'>[]): HeldPerson => ({
  person: person(),
  cards: cards.map(({ personId: _, ...card }) => card),
})

describe('a record', () => {
  it('that the registry does not hold is created', () => {
    expect(takeHousehold(undefined, household())).toEqual({ verdict: 'created', held: { household: household() } })
  })

  it('that its source changed later changes what is held', () => {
    const later = household({ addressLine: 'Thôn 3', sourceTime: onDay(2) })
    expect(takeHousehold({ household: household() }, later)).toEqual({ verdict: 'changed', held: { household: later } })
  })

  it('that its source changed back is held with its new time, so that what lies between stays out', () => {
    const again = household({ sourceTime: onDay(3) })
    expect(takeHousehold({ household: household() }, again)).toEqual({ verdict: 'changed', held: { household: again } })
  })

  it('that comes once more leaves everything as it is', () => {
    expect(takeHousehold({ household: household() }, household())).toEqual({ verdict: 'unchanged' })
  })

  it('that is older than what is held leaves everything as it is', () => {
    const newer = { household: household({ addressLine: 'Thôn 3', sourceTime: onDay(2) }) }
    expect(takeHousehold(newer, household())).toEqual({ verdict: 'older' })
  })

  it.each([
    ['another value', { addressLine: 'Thôn 3' }],
    ['a value less', { addressLine: undefined }],
    ['a value more', { headPersonId: '0123456789A' }],
  ])('of the same source time with %s is refused', (_, changes) => {
    expect(takeHousehold({ household: household() }, household(changes))).toEqual({
      verdict: 'refused',
      refusals: [{ field: 'source_time', rule: 'same-source-time-other-content', value: '2026-01-01T05:00:00.000Z' }],
    })
  })
})

describe('a person', () => {
  it('begins without cards, and keeps the cards held when it changes', () => {
    expect(takePerson(undefined, person(), anyHousehold)).toEqual({ verdict: 'created', held: held() })
    const later = person({ fullName: 'Đỗ Thị Hoa', sourceTime: onDay(2) })
    expect(takePerson(held(card()), later, anyHousehold)).toEqual({
      verdict: 'changed',
      held: { person: later, cards: held(card()).cards },
    })
  })

  it('is refused while its household is absent, unless nothing would be written', () => {
    const noHousehold = () => false
    expect(takePerson(undefined, person(), noHousehold)).toEqual({
      verdict: 'refused',
      refusals: [{ field: 'household_id', rule: 'household-absent', value: '0100000001' }],
    })
    expect(takePerson(held(), person(), noHousehold)).toEqual({ verdict: 'unchanged' })
    expect(takePerson(held(), person({ sourceTime: onDay(0) }), noHousehold)).toEqual({ verdict: 'older' })
  })
})

describe('a card', () => {
  it('is refused while its person is absent', () => {
    expect(takeCard(undefined, card())).toEqual({
      verdict: 'refused',
      refusals: [{ field: 'person_id', rule: 'person-absent', value: '0123456789A' }],
    })
  })

  it('stands beside one of the same number that begins on another day', () => {
    const next = card({ validFrom: '2027-01-01', validTo: '2027-12-31' })
    expect(takeCard(held(card()), next)).toEqual({ verdict: 'created', held: held(card(), next) })
  })

  it('takes the place of its own older state', () => {
    const recalled = card({ recalledOn: '2026-02-01', recallReason: 'moved-within-province', sourceTime: onDay(2) })
    const other = card({ validFrom: '2027-01-01' })
    expect(takeCard(held(card(), other), recalled)).toEqual({ verdict: 'changed', held: held(recalled, other) })
  })

  it('is compared with its own state, not with the person’s', () => {
    const late = { person: person({ sourceTime: onDay(9) }), cards: [] }
    expect(takeCard(late, card())).toMatchObject({ verdict: 'created' })
    expect(takeCard(held(card()), card())).toEqual({ verdict: 'unchanged' })
  })

  it('is refused beside as many as a person may hold, though one of those may still change', () => {
    const many = Array.from({ length: maximumCards }, (_, at) => card({ validFrom: `${1900 + at}-01-01` }))
    expect(takeCard(held(...many), card({ validFrom: '2026-06-01' }))).toMatchObject({
      refusals: [{ field: 'person_id', rule: 'at-most-200-cards' }],
    })
    expect(takeCard(held(...many.slice(1)), card({ validFrom: '2026-06-01' }))).toMatchObject({ verdict: 'created' })
    expect(takeCard(held(...many), { ...many[7], sourceTime: onDay(2) } as FeedRecord<'cards'>)).toMatchObject({
      verdict: 'changed',
    })
  })
})

describe('a contribution', () => {
  const { personId, scheme, ...period } = contribution()
  const contributed = (...periods: readonly Sourced<Period>[]): HeldContributions => ({ personId, scheme, periods })
  const isPerson = () => true

  it('is refused while its person is absent', () => {
    expect(takeContribution(undefined, contribution(), () => false)).toMatchObject({
      refusals: [{ field: 'person_id', rule: 'person-absent' }],
    })
  })

  it('begins what somebody contributes, and stands beside another month’s or employer’s', () => {
    const { personId: _, scheme: __, ...earlier } = contribution({ firstMonth: '2019-02', employerCode: 'DN010002' })
    expect(takeContribution(undefined, contribution(), isPerson)).toEqual({
      verdict: 'created',
      held: contributed(period),
    })
    expect(takeContribution(contributed(period), { personId, scheme, ...earlier }, isPerson)).toEqual({
      verdict: 'created',
      held: contributed(earlier, period),
    })
  })

  it('takes the place of its own older state', () => {
    const ended = contribution({ lastMonth: '2021-12', sourceTime: onDay(2) })
    const taken = takeContribution(contributed(period), ended, isPerson)
    expect(taken).toMatchObject({ verdict: 'changed', held: { periods: [{ lastMonth: '2021-12' }] } })
    expect(takeContribution(contributed(period), contribution(), isPerson)).toEqual({ verdict: 'unchanged' })
  })

  it('is refused beside as many as an item may hold', () => {
    const many = Array.from({ length: maximumPeriods }, (_, at) => ({ ...period, employerCode: `DN${10_000 + at}` }))
    expect(takeContribution(contributed(...many), contribution(), isPerson)).toMatchObject({
      refusals: [{ field: 'person_id', rule: 'at-most-500-periods' }],
    })
  })

  it('is refused beside names so long that the item would pass the limit, though a shorter one still has room', () => {
    const longest = '\u1ed9'.repeat(400)
    const many = Array.from({ length: 320 }, (_, at) => ({
      ...period,
      employerCode: `DN${10_000 + at}`,
      employerName: longest,
    }))
    const some = many.filter((_, at) => itemBytes(contributionsItem(contributed(...many.slice(0, at + 1)))) <= 400_000)
    const short = contribution({ employerName: undefined })
    expect(some.length).toBeLessThan(many.length)
    expect(takeContribution(contributed(...some), contribution({ employerName: longest }), isPerson)).toEqual({
      verdict: 'refused',
      refusals: [{ field: 'person_id', rule: 'at-most-400000-bytes-of-periods', value: personId }],
    })
    expect(takeContribution(contributed(...some.slice(1)), short, isPerson)).toMatchObject({ verdict: 'created' })
  })
})

describe('whatever comes', () => {
  const times = fc.integer({ min: 1, max: 20 })
  const states = fc.uniqueArray(fc.record({ time: times, street: fc.constantFrom('Thôn 1', 'Thôn 2') }), {
    selector: ({ time }) => time,
    minLength: 1,
    maxLength: 8,
  })
  const records = states.map(all =>
    all.map(({ time, street }) => household({ sourceTime: onDay(time), addressLine: street })),
  )
  const inSomeOrder = records.chain(all =>
    fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })),
  )
  const cards = fc.uniqueArray(
    fc.record({ time: times, year: fc.constantFrom('2024', '2025', '2026'), number: fc.constantFrom('8', '9') }),
    { selector: ({ time, year, number }) => `${time} ${year} ${number}`, minLength: 1, maxLength: 12 },
  )
  const shuffledCards = cards
    .map(all =>
      all.map(({ time, year, number }) =>
        card({
          sourceTime: onDay(time),
          validFrom: `${year}-01-01`,
          cardNumber: `DN401012345678${number}`,
          issuedOn: `2020-01-${String(time).padStart(2, '0')}`,
        }),
      ),
    )
    .chain(all =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })),
    )

  it('the order in which states of a record come does not matter: the latest is held', () => {
    fc.assert(
      fc.property(inSomeOrder, ([all, shuffled]) => {
        const latest = all.reduce((one, other) => (other.sourceTime > one.sourceTime ? other : one))
        expect(heldAfter(shuffled)).toEqual({ household: latest })
      }),
    )
  })

  it('the order in which cards come does not matter, not even to the order in which they stand', () => {
    fc.assert(
      fc.property(shuffledCards, ([all, shuffled]) => {
        expect(cardsAfter(shuffled)).toEqual(cardsAfter(all))
      }),
    )
  })

  it('a feed that comes twice changes nothing the second time', () => {
    fc.assert(
      fc.property(inSomeOrder, ([, feed]) => {
        const once = heldAfter(feed)
        for (const record of feed) {
          expect(['unchanged', 'older']).toContain(takeHousehold(once, record).verdict)
        }
      }),
    )
  })
})

function heldAfter(feed: readonly FeedRecord<'households'>[]): HeldHousehold | undefined {
  let held: HeldHousehold | undefined
  for (const record of feed) {
    const taken = takeHousehold(held, record)
    if ('held' in taken) held = taken.held
  }
  return held
}

function cardsAfter(feed: readonly FeedRecord<'cards'>[]): HeldPerson {
  let person = held()
  for (const record of feed) {
    const taken = takeCard(person, record)
    if ('held' in taken) person = taken.held
  }
  return person
}
