import fc from 'fast-check'
import { addDays, type Day } from '../../lambdas/registry/day.ts'
import type { HeldPerson } from '../../lambdas/registry/items.ts'
import { card, holder } from './people.ts'

/** A fortnight around the day on which levels change, so that days coincide often. */
export const anyDay = fc.integer({ min: -7, max: 7 }).map(days => addDays('2026-01-01' as Day, days))

const sometimes = fc.option(anyDay, { nil: undefined, freq: 2 })

export const anyCard = fc
  .record({
    cardNumber: fc.constantFrom(
      'CN3010123456789',
      'CN2010123456789',
      'LH4010123456789',
      'DN4010123456789',
      'QN5970123456789',
    ),
    validFrom: anyDay,
    validTo: sometimes,
    issuedOn: anyDay,
    recalledOn: sometimes,
  })
  .filter(
    ({ validFrom, validTo = validFrom, issuedOn, recalledOn = issuedOn }) =>
      validFrom <= validTo && issuedOn <= recalledOn,
  )
  .map(({ recalledOn, ...fields }) => card({ ...fields, ...(recalledOn && { recalledOn, recallReason: 'reissued' }) }))

const anyCards = fc.uniqueArray(anyCard, {
  maxLength: 8,
  selector: ({ cardNumber, validFrom }) => `${cardNumber} ${validFrom}`,
})

/** Any cards that the registry can hold, of somebody alive or dead. */
export const history: fc.Arbitrary<HeldPerson> = fc
  .tuple(anyCards, fc.option(anyDay, { nil: undefined, freq: 8 }))
  .map(([cards, diedOn]) => holder(cards, { diedOn }))

/** The same cards in any order. */
export function shuffled({ person, cards }: HeldPerson): fc.Arbitrary<HeldPerson> {
  const all = { minLength: cards.length, maxLength: cards.length }
  return fc.shuffledSubarray([...cards], all).map(order => ({ person, cards: order }))
}
