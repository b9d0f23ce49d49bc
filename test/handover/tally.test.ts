import { describe, expect, it } from 'vitest'
import { checkExceptions, tallyUp } from '../../lambdas/handover/tally.ts'
import { moh } from './conversion.ts'
import { tallyOf } from './tallies.ts'

const place = { province: '01', ward: '00004' }

describe('the tally', () => {
  it('adds up data files and buckets, ward by ward', () => {
    const one = {
      items: { household: 1, person: 3, contributions: 5, number: 7 },
      selected: { moh: [{ ...place, households: 1, persons: 3, cards: 4 }], labour: [] },
    }
    const another = {
      items: { household: 2, person: 0, contributions: 1, number: 0 },
      selected: {
        moh: [
          { province: '79', ward: '26734', households: 2, persons: 0, cards: 0 },
          { ...place, households: 1, persons: 1, cards: 1 },
        ],
        labour: [{ ...place, households: 0, persons: 1, cards: 0 }],
      },
    }
    const stray = { personId: '00000000001', province: '01' }

    expect(
      tallyUp(
        [one, another],
        [
          { absent: [], moving: 2 },
          { absent: [stray], moving: 1 },
        ],
      ),
    ).toEqual({
      items: { household: 3, person: 3, contributions: 6, number: 7 },
      selected: {
        moh: [
          { ...place, households: 2, persons: 4, cards: 5 },
          { province: '79', ward: '26734', households: 2, persons: 0, cards: 0 },
        ],
        labour: [{ ...place, households: 0, persons: 1, cards: 0 }],
      },
      absent: [stray],
      moving: 3,
    })
  })

  it('of nothing is nothing', () => {
    expect(tallyUp([], [])).toEqual(tallyOf())
  })
})

describe('people whose household is absent', () => {
  const strays = (many: number) => Array.from({ length: many }, (_, n) => ({ personId: `${n}`, province: '01' }))
  const selected = { moh: [{ ...place, households: 0, persons: 2999, cards: 0 }] }

  it.each([0, 1, 2])('pass when they are %i of 2,999, one in a thousand', many => {
    expect(() => checkExceptions(tallyOf({ selected, absent: strays(many) }), moh)).not.toThrow()
  })

  it('stop the handover when they are one more', () => {
    expect(() => checkExceptions(tallyOf({ selected, absent: strays(3) }), moh)).toThrow(
      'province 01 for moh: 3 people belong to a household that is not there, the agreement allows 2',
    )
  })

  it('are weighed province by province', () => {
    const elsewhere = { province: '79', ward: '26734', households: 0, persons: 1_000_000, cards: 0 }

    expect(() =>
      checkExceptions(tallyOf({ selected: { moh: [...selected.moh, elsewhere] }, absent: strays(3) }), moh),
    ).toThrow(expect.objectContaining({ code: 'too-many-exceptions' }))
  })
})
