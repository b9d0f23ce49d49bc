import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Care } from '../../../lambdas/checkin/verdict/care.ts'
import { parsePresentedNumber } from '../../../lambdas/checkin/verdict/presented-number.ts'
import type { Route } from '../../../lambdas/checkin/verdict/routes.ts'
import { type Presented, type Valid, type Verdict, verdict } from '../../../lambdas/checkin/verdict/verdict.ts'
import type { Card } from '../../../lambdas/registry/card.ts'
import { addDays, type Day } from '../../../lambdas/registry/day.ts'
import type { FacilityCode } from '../../../lambdas/registry/facility-code.ts'
import type { Sourced } from '../../../lambdas/registry/feeds.ts'
import type { HeldPerson } from '../../../lambdas/registry/items.ts'
import type { Person } from '../../../lambdas/registry/person.ts'
import ranks from '../../../reference/care-levels.json' with { type: 'json' }
import visitObjects from '../../../reference/visit-object-codes.json' with { type: 'json' }
import { anyCard, anyDay, history, shuffled } from '../histories.ts'

const numbers = ['0123456789', '001190000001', 'CN3010123456789', 'CN2010123456789', 'DN4010123456789']
const anyAsk = fc.record({
  number: fc.constantFrom(...numbers),
  visitObjectCode: fc.option(fc.constantFrom(...visitObjects.codes.map(({ code }) => code)), { nil: undefined }),
  facility: fc.constantFrom('01007', '79014'),
  care: fc.option(fc.constantFrom(...ranks.classes.map(({ facilities: _, ...care }) => care as Care)), {
    nil: undefined,
  }),
})
type Ask = typeof anyAsk extends fc.Arbitrary<infer Value> ? Value : never

/** The days around which cards begin and end, and those on which lists change. */
const anyDayOfLists = fc.oneof(
  anyDay,
  fc.constantFrom(...(['2024-07-01', '2025-10-16', '2025-10-17', '2026-06-30', '2026-07-01', '2126-01-01'] as Day[])),
)

describe('for any history of cards, the verdict', () => {
  it('does not depend on the order in which the cards are held', () => {
    const alsoShuffled = history.chain(held => fc.tuple(fc.constant(held), shuffled(held)))
    holdsFor([alsoShuffled, anyDay, anyAsk], ([held, other], day, ask) => {
      expect(asked(other, day, ask)).toEqual(asked(held, day, ask))
    })
  })

  it('has on each day exactly the one reason that the cards give', () => {
    holdsFor([history, anyDay, anyAsk], (held, day, ask) => {
      const { reason = 'in-force' } = asked(held, day, { ...ask, number: '0123456789' }) as { reason?: string }
      const possible = Object.entries(reasons).filter(([, holds]) => holds(held, day))
      expect(possible.map(([name]) => name)).toEqual([['expired', 'recalled'].includes(reason) ? 'over' : reason])
    })
  })

  it('names a card that stands on the day as it says', () => {
    holdsFor([history, anyDay, anyAsk], (held, day, ask) => {
      const given = asked(held, day, ask)
      if ('card' in given) expect(held.cards).toContain(given.card)
      if (given.valid) {
        expect(isInForce(given.card, day)).toBe(true)
        expect((given.next?.validFrom ?? never) > day).toBe(true)
      } else if (given.reason === 'not-started') expect(given.firstDay > day).toBe(true)
      else if (given.reason === 'expired') expect(given.lastDay < day).toBe(true)
      else if (given.reason === 'recalled') expect(given.recalledOn <= day).toBe(true)
    })
  })

  it('changes by a card issued in advance in nothing but what follows, once it is valid', () => {
    holdsFor([history, anyDay, anyAsk, anyCard, fc.integer({ min: 1, max: 9 })], (held, day, ask, extra, ahead) => {
      const { recalledOn: _, ...card } = { ...extra, validFrom: addDays(day, ahead) }
      const { before, after } = withOneMore(card, held, day, ask)
      expect({ ...after, next: undefined }).toEqual({ ...before, next: undefined })
    })
  })

  it('stays valid, by the same card, whatever expired or recalled card is added', () => {
    const over = fc.constantFrom<(card: Sourced<Card>, day: Day) => Sourced<Card>>(
      (card, day) => ({ ...card, validFrom: addDays(day, -3), validTo: addDays(day, -1) }),
      (card, day) => ({ ...card, recalledOn: day }),
    )
    holdsFor([history, anyDay, anyAsk, anyCard, over], (held, day, ask, extra, ended) => {
      const { before, after } = withOneMore(ended(extra, day), held, day, ask)
      expect({ ...after, superseded: undefined }).toEqual({ ...before, superseded: undefined })
    })
  })

  it('pays between nothing and the rate of the card, and more only where everybody is paid in full', () => {
    holdsFor([history, anyDayOfLists, anyAsk], (held, day, ask) => {
      const given = asked(held, day, ask)
      fc.pre(given.valid)
      expect([80, 95, 100]).toContain(given.ratePercent)
      for (const { visitObjectCode, ratePercent } of routesOf(given))
        for (const rate of Object.values(ratePercent)) {
          expect(rate ?? 0).toBeGreaterThanOrEqual(0)
          expect(rate ?? 0).toBeLessThanOrEqual(visitObjectCode === '1.2' ? 100 : given.ratePercent)
        }
    })
  })

  it('says nothing of a person who is not identified', () => {
    holdsFor([history, anyDay, anyAsk], (held, day, ask) => {
      const no = { valid: false }
      expect(asked(undefined, day, ask)).toStrictEqual({ ...no, reason: 'not-found' })
      expect(asked(held, day, { ...ask, number: 'CC1010123456789' })).toStrictEqual({ ...no, reason: 'not-found' })
      const found = { ...ask, number: '0123456789' }
      expect(asked(held, day, found, { birthDate: '1990-02-04' })).toStrictEqual({ ...no, reason: 'wrong-birth-date' })
      expect(asked(held, day, found, { fullName: 'Đặng Thuỳ Hương' })).toStrictEqual({
        ...no,
        reason: 'wrong-name',
        initialsMatch: true,
      })
    })
  })
})

/** What must be true of the person and the cards for each reason, so that no two can be. */
const reasons: Readonly<Record<string, (held: HeldPerson, day: Day) => boolean>> = {
  died: ({ person }, day) => !lives(person, day),
  'no-card': ({ person, cards }, day) => lives(person, day) && cards.length === 0,
  'in-force': ({ person, cards }, day) => lives(person, day) && cards.some(card => isInForce(card, day)),
  'not-started': ({ person, cards }, day) =>
    lives(person, day) && !cards.some(card => isInForce(card, day)) && cards.some(card => isAhead(card, day)),
  over: ({ person, cards }, day) =>
    lives(person, day) && cards.length > 0 && !cards.some(card => isInForce(card, day) || isAhead(card, day)),
}

const never = '9999-12-31' as Day

function lives({ diedOn = never }: Person, day: Day): boolean {
  return diedOn >= day
}

function isInForce({ validFrom, validTo = never, recalledOn = never }: Card, day: Day): boolean {
  return validFrom <= day && day <= validTo && day < recalledOn
}

function isAhead({ validFrom, recalledOn = never }: Card, day: Day): boolean {
  return day < validFrom && day < recalledOn
}

function routesOf({ routes }: Valid): readonly Route[] {
  return 'given' in routes ? [routes.given] : routes.possible
}

function withOneMore(card: Sourced<Card>, { person, cards }: HeldPerson, day: Day, ask: Ask) {
  const before = asked({ person, cards }, day, ask)
  fc.pre(before.valid)
  return { before, after: asked({ person, cards: [card, ...cards] }, day, ask) }
}

function asked(
  held: HeldPerson | undefined,
  day: Day,
  { number, facility, care, visitObjectCode }: Ask,
  changes = {},
): Verdict {
  const facts = { birthDate: '1990-02-03', fullName: 'Đỗ Thị Hoà', ...(visitObjectCode && { visitObjectCode }) }
  const presented = { ...facts, ...changes, number: parsePresentedNumber(number) } as Presented
  return verdict(held, { facility: facility as FacilityCode, care }, day, presented)
}

function holdsFor<Values extends [unknown, ...unknown[]]>(
  arbitraries: { [Index in keyof Values]: fc.Arbitrary<Values[Index]> },
  property: (...values: Values) => void,
): void {
  fc.assert(fc.property(...arbitraries, property), { numRuns: 1000 })
}
