import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lookupText, tokenText, verdictCode } from '../../../lambdas/checkin/gateway/gateway-codes.ts'
import { verdictAnswer } from '../../../lambdas/checkin/gateway/lookup-answer.ts'
import { parsePresentedNumber } from '../../../lambdas/checkin/verdict/presented-number.ts'
import { type Presented, verdict } from '../../../lambdas/checkin/verdict/verdict.ts'
import type { HeldPerson } from '../../../lambdas/registry/items.ts'
import table from '../../../reference/gateway-codes.json' with { type: 'json' }
import { anyDay, history } from '../histories.ts'
import { card, holder, today } from '../people.ts'
import { facility } from './gateway-desk.ts'

interface Facts {
  readonly number?: string
  readonly birthDate?: string
  readonly fullName?: string
}

const newer = card({ cardNumber: 'HC4010123456789', validFrom: '2026-06-01' })
const ended = (changes: object) => holder([card({ recalledOn: '2026-11-01', ...changes })])

describe('the code of a verdict', () => {
  it.each<[string, string, HeldPerson | undefined, Facts]>([
    ['000', 'the card is valid', holder(), {}],
    [
      '000',
      'the number alone was presented and a newer card counts',
      holder([card(), newer]),
      { number: '0123456789' },
    ],
    ['001', 'Defence manages the card', holder([card({ cardNumber: 'QN5970123456789' })]), { number: '0123456789' }],
    ['002', 'Public Security does', holder([card({ cardNumber: 'CA5980123456789' })]), { number: '0123456789' }],
    ['003', 'the card presented has expired, another counts', holder([card({ validTo: '2026-05-31' }), newer]), {}],
    ['003', 'the card presented was recalled, another counts', holder([card({ recalledOn: '2026-06-01' }), newer]), {}],
    ['004', 'the card presented still runs, a newer one counts', holder([card(), newer]), {}],
    ['010', 'the card has expired', holder([card({ validTo: '2026-11-21' })]), {}],
    ['010', 'the card has not begun', holder([card({ validFrom: '2026-12-01' })]), {}],
    ['050', 'nobody has the number', undefined, {}],
    ['050', 'the card was never theirs', holder([newer]), {}],
    ['050', 'a grown person was never issued a card', holder([]), { number: '0123456789' }],
    ['060', 'the name is another', holder(), { fullName: 'Trần Văn Bảy' }],
    ['061', 'the name is another of the same initials', holder(), { fullName: 'Đinh Thu Hằng' }],
    ['070', 'the birth date is another', holder(), { birthDate: '1990-02-04' }],
    ['110', 'the card was recalled, nobody says why', ended({}), {}],
    ['110', 'the card was issued anew', ended({ recallReason: 'reissued' }), {}],
    ['110', 'the card was issued twice', ended({ recallReason: 'duplicate' }), {}],
    ['120', 'the holder was reported as decreased', ended({ recallReason: 'decreased' }), {}],
    ['120', 'the card was recalled for a death', ended({ recallReason: 'died' }), {}],
    ['120', 'the holder was reported dead', holder([card()], { diedOn: '2026-11-01' }), {}],
    ['121', 'the holder moved out of the province', ended({ recallReason: 'moved-out-of-province' }), {}],
    ['122', 'the holder moved within it', ended({ recallReason: 'moved-within-province' }), {}],
    ['123', 'the holder was enrolled again', ended({ recallReason: 're-enrolled' }), {}],
    ['124', 'the holder stopped', ended({ recallReason: 'stopped' }), {}],
    [
      '130',
      'a child was never issued a card',
      holder([], { birthDate: '2024-05-06' }),
      { number: '0123456789', birthDate: '2024-05-06' },
    ],
  ])('is %s when %s', (code, _, held, facts) => {
    expect(verdictCode(verdictOn(held, facts))).toBe(code)
    expect(verdictAnswer(verdictOn(held, facts)).maKetQua).toBe(code)
  })

  it('tells a card that counts from every other, for any history of cards on any day', () => {
    fc.assert(
      fc.property(history, anyDay, fc.boolean(), (held, day, full) => {
        const number = full && held.cards[0] ? held.cards[0].cardNumber : '0123456789'
        const found = verdict(held, { facility, care: undefined }, day, presented({ number }))
        expect(verdictCode(found) <= '004').toBe(found.valid)
      }),
    )
  })
})

describe('every code of the table', () => {
  it('has one sentence in both languages, which software can tell from what follows', () => {
    for (const { code, text } of [...table.lookup, ...table.token]) {
      expect(code).toMatch(/^\d{3}$/)
      for (const sentence of [text.vi, text.en]) expect(sentence).toMatch(/^[^!.]+$/)
    }
    expect(lookupText('000')).toBe(table.lookup[0]?.text.vi)
    expect(tokenText('200')).toBe(table.token[0]?.text.vi)
  })

  it('stands in it once, among those of a verdict or of a refusal', () => {
    const codes = table.lookup.map(({ code }) => code)
    expect(codes).toEqual([...new Set(codes)].sort())
    const verdicts = [
      '000',
      '001',
      '002',
      '003',
      '004',
      '010',
      '050',
      '060',
      '061',
      '070',
      '110',
      '120',
      '121',
      '122',
      '123',
      '124',
      '130',
    ]
    const refusals = ['051', '052', '053', '054', '055', '205', '401', '500']
    expect(codes).toEqual([...verdicts, ...refusals].sort())
    expect(table.token.map(({ code }) => code)).toEqual(['200', '401', '402', '403', '500'])
  })
})

function verdictOn(held: HeldPerson | undefined, facts: Facts) {
  return verdict(held, { facility, care: undefined }, today, presented(facts))
}

function presented({
  number = 'DN4010123456789',
  birthDate = '1990-02-03',
  fullName = 'Đỗ Thị Hoà',
}: Facts): Presented {
  return { number: parsePresentedNumber(number), birthDate, fullName } as Presented
}
