import { describe, expect, it } from 'vitest'
import { agreementWith } from '../../../lambdas/handover/agreements.ts'
import { checkExceptions, GrowingTally, type Selected, type Tally } from '../../../lambdas/handover/compact/tally.ts'
import { moh } from '../convert/conversion.ts'
import { tallyOf } from './tallies.ts'

const here = { province: '01', place: '00004' }
const elsewhere = { province: '79', place: '26734' }

describe('the tally', () => {
  it('adds up data files and buckets, place by place, in whichever order they come', () => {
    const one = { household: 1, person: 3, contributions: 5, number: 7 }
    const another = { household: 2, person: 0, contributions: 1, number: 0 }
    const ofOne: Selected = {
      moh: [
        { ...here, aggregate: 'persons', rows: { persons: 3 } },
        { ...here, aggregate: 'persons', rows: { cards: 4 } },
      ],
      labour: [],
    }
    const ofAnother: Selected = {
      moh: [
        { ...elsewhere, aggregate: 'households', rows: { households: 2 } },
        { ...here, aggregate: 'persons', rows: { persons: 1, cards: 1 } },
      ],
      labour: [{ ...here, aggregate: 'contributors', rows: { contributions: 1 } }],
    }
    const stray = { reason: 'household-absent', personId: '00000000001', province: '01' } as const
    const later = { ...stray, personId: '00000000002' }
    const outcomes: readonly ((tally: GrowingTally) => void)[] = [
      tally => tally.addItems(one),
      tally => tally.addItems(another),
      tally => tally.addSelected(ofOne),
      tally => tally.addSelected(ofAnother),
      tally => tally.addMatched({ absent: [later], moving: 2, headAbsent: 5 }),
      tally => tally.addMatched({ absent: [stray], moving: 1, headAbsent: 2 }),
    ]

    for (const order of [outcomes, outcomes.toReversed()]) {
      const tally = new GrowingTally(['moh', 'labour'])
      for (const add of order) add(tally)
      expect(tally.sum()).toEqual({
        items: { household: 3, person: 3, contributions: 6, number: 7 },
        selected: {
          moh: [
            { ...elsewhere, aggregate: 'households', rows: { households: 2 } },
            { ...here, aggregate: 'persons', rows: { persons: 4, cards: 5 } },
          ],
          labour: [{ ...here, aggregate: 'contributors', rows: { contributions: 1 } }],
        },
        absent: [stray, later],
        moving: 3,
        headAbsent: 7,
      })
    }
  })

  it('of nothing is nothing', () => {
    expect(new GrowingTally([]).sum()).toEqual(tallyOf())
  })
})

describe('people whose household is absent', () => {
  const strays = (many: number): Tally['absent'] =>
    Array.from({ length: many }, (_, n) => ({ reason: 'household-absent', personId: `${n}`, province: '01', rows: 1 }))
  const selected = { moh: [{ ...here, aggregate: 'persons', rows: { persons: 2999 } }] } as const

  it.each([0, 1, 2])('pass when they are %i of 2,999, one in a thousand', many => {
    expect(() => checkExceptions(tallyOf({ selected, absent: strays(many) }), moh)).not.toThrow()
  })

  it('stop the handover when they are one more', () => {
    expect(() => checkExceptions(tallyOf({ selected, absent: strays(3) }), moh)).toThrow(
      'province 01 for moh: 3 rows of persons are left out as household-absent, the agreement allows 2',
    )
  })

  it('are weighed province by province', () => {
    const many = { ...elsewhere, aggregate: 'persons', rows: { persons: 1_000_000 } } as const

    expect(() =>
      checkExceptions(tallyOf({ selected: { moh: [...selected.moh, many] }, absent: strays(3) }), moh),
    ).toThrow(expect.objectContaining({ code: 'too-many-exceptions' }))
  })
})

describe('contributions whose person is absent', () => {
  const selected = { labour: [{ ...here, aggregate: 'contributors', rows: { contributions: 2000 } }] } as const
  const absent = (rows: number): Tally['absent'] => [
    { reason: 'person-absent', personId: '0', province: '01', scheme: 'social', rows },
    { reason: 'person-absent', personId: '0', province: '01', scheme: 'health', rows: 99 },
  ]

  it('are weighed by the rows that the recipient would have had', () => {
    const labour = agreementWith('labour')

    expect(() => checkExceptions(tallyOf({ selected, absent: absent(2) }), labour)).not.toThrow()
    expect(() => checkExceptions(tallyOf({ selected, absent: absent(3) }), labour)).toThrow('person-absent')
    expect(() => checkExceptions(tallyOf({ selected, absent: absent(3) }), moh)).not.toThrow()
  })
})
