import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectAgreement, expectAgreementOnHistories, onDay } from './coverage-in-both.ts'
import { anyDay, history, shuffled } from './histories.ts'

describe('the desk and the handover agree on who is covered, by which card and at what level', () => {
  it(
    'for everybody in the nation, around today, the change of levels, and the ends of cards',
    () => expectAgreement(20_000),
    60_000,
  )

  it('for any history of cards', () => expectAgreementOnHistories(50), 60_000)
})

describe('which card counts', () => {
  it('does not depend on the order in which the cards are held', () => {
    const alsoShuffled = history.chain(held => fc.tuple(fc.constant(held), shuffled(held)))
    fc.assert(
      fc.property(alsoShuffled, anyDay, ([held, other], day) => {
        expect(onDay(other, day)).toEqual(onDay(held, day))
      }),
      { numRuns: 1000 },
    )
  })
})
