import { describe, expect, it } from 'vitest'
import { numberChanges, numbersOf, type PersonNumber } from '../../lambdas/registry/person-numbers.ts'
import { card, onDay, person } from './records.ts'

const personId = person().personId
const day = (day: number) => `2026-01-0${day}` as never

describe('a person is found by', () => {
  it('the insurance number, the one that it replaced, and the national id', () => {
    expect(numbersOf(person({ formerInsuranceNumber: '0123456780' }))).toEqual([
      { kind: 'insurance', number: '0123456789', personId, from: '2026-01-01' },
      { kind: 'insurance', number: '0123456780', personId, to: '2026-01-01' },
      { kind: 'national', number: '001190000001', personId, from: '2026-01-01' },
    ])
  })

  it('the ten digits of a newborn’s card, who has no number yet', () => {
    const newborn = person({ insuranceNumber: undefined, nationalId: undefined })
    const lent = card({ cardNumber: 'TE1017777777777', sourceTime: onDay(5) })
    expect(numbersOf(newborn, [lent, card({ ...lent, validFrom: '2027-01-01' })])).toEqual([
      { kind: 'card', number: '7777777777', personId, from: '2026-01-05' },
    ])
  })

  it('no number twice that a card repeats, present or former', () => {
    const cards = [card(), card({ cardNumber: 'DN4010123456780' })]
    const kinds = numbersOf(person({ formerInsuranceNumber: '0123456780' }), cards).map(({ kind }) => kind)
    expect(kinds).toEqual(['insurance', 'insurance', 'national'])
  })

  it('no card that has ten zeros for a number', () => {
    expect(numbersOf(person({ insuranceNumber: undefined }), [card({ cardNumber: 'TE1010000000000' })])).toHaveLength(1)
  })
})

describe('when a person changes', () => {
  const own: PersonNumber = { kind: 'insurance', number: '0123456789' as never, personId, from: day(1) }
  const national: PersonNumber = { kind: 'national', number: '001190000001' as never, personId, from: day(1) }

  it('only what is new is written', () => {
    expect(numberChanges([own], [{ ...own, from: day(2) }, national], day(2))).toEqual([national])
  })

  it('a number that is gone gets an end, once', () => {
    expect(numberChanges([own, national], [national], day(2))).toEqual([{ ...own, to: day(2) }])
    expect(numberChanges([{ ...own, to: day(1) }], [], day(2))).toEqual([])
  })

  it('a number that became the former one, or a card’s that became the person’s own, is written anew', () => {
    const former: PersonNumber = { kind: 'insurance', number: own.number, personId, to: day(2) }
    expect(numberChanges([own], [former], day(2))).toEqual([former])
    expect(numberChanges([{ ...own, kind: 'card' }], [own], day(2))).toEqual([own])
  })
})
