import { describe, expect, it } from 'vitest'
import { deskReason, deskRemark, recallText, remarks } from '../../../lambdas/checkin/verdict/desk-reasons.ts'
import { parsePresentedNumber } from '../../../lambdas/checkin/verdict/presented-number.ts'
import { type Presented, verdict } from '../../../lambdas/checkin/verdict/verdict.ts'
import { recallReasons } from '../../../lambdas/registry/card.ts'
import { addDays, type Day } from '../../../lambdas/registry/day.ts'
import type { FacilityCode } from '../../../lambdas/registry/facility-code.ts'
import type { HeldPerson } from '../../../lambdas/registry/items.ts'
import { card, holder, person, today } from '../people.ts'

describe('who presents a card', () => {
  it('is nobody when the number is unknown', () => {
    expect(ask(undefined)).toEqual({ valid: false, reason: 'not-found' })
  })

  it('is refused with another birth date', () => {
    expect(ask(holder(), { birthDate: '1990-02-04' })).toEqual({ valid: false, reason: 'wrong-birth-date' })
  })

  it('is refused with another name', () => {
    expect(ask(holder(), { fullName: 'Đỗ Thị Hoa Mai' })).toEqual({
      valid: false,
      reason: 'wrong-name',
      initialsMatch: false,
    })
  })

  it('is taken at the birth date when no name is presented', () => {
    expect(ask(holder(), { fullName: undefined })).toMatchObject({ valid: true })
  })

  it('is told nothing of the card before the identity matches', () => {
    const died = holder([card()], { diedOn: '2026-01-01' })
    expect(ask(died, { birthDate: '1990-02-04' })).toEqual({ valid: false, reason: 'wrong-birth-date' })
  })
})

describe('a card in force', () => {
  it('is valid, with all that the desk must know', () => {
    const held = card({ areaCode: 'K1', fiveYearsFrom: '2027-05-01' })
    expect(ask(holder([held]))).toEqual({
      valid: true,
      person: person(),
      card: held,
      level: 4,
      ratePercent: 80,
      registeredHere: true,
      routes: { possible: expect.any(Array), determined: true },
      conditions: [{ code: 'small-visit', visitCostBelow: 379_500, ratePercent: 100 }],
      manager: 'social-security',
      nameInOtherAccents: false,
    })
  })

  it('is valid at every facility, and says whether it is registered there', () => {
    expect(ask(holder(), {}, today, '79001')).toMatchObject({ valid: true, registeredHere: false })
  })

  it('counts on its first and its last day', () => {
    const days = ['2026-01-01', '2026-12-31'] as Day[]
    expect(days.map(day => ask(holder(), {}, day).valid)).toEqual([true, true])
  })

  it('without a last day counts for good', () => {
    expect(ask(holder([card({ validTo: undefined })]), {}, '2126-01-01' as Day).valid).toBe(true)
  })

  it('counts on the day of its holder’s death, and not on the next', () => {
    const dying = holder([card()], { diedOn: today })
    expect(ask(dying)).toMatchObject({ valid: true })
    expect(ask(dying, {}, addDays(today, 1))).toMatchObject({ valid: false, reason: 'died' })
  })

  it('is not hidden by one issued in advance', () => {
    const next = card({ validFrom: '2027-01-01', validTo: '2027-12-31', issuedOn: '2026-11-20' })
    expect(ask(holder([next, card()]))).toMatchObject({ valid: true, card: { validFrom: '2026-01-01' } })
  })

  it('is not hidden by one that was recalled', () => {
    const recalled = card({ cardNumber: 'HN2010123456789', recalledOn: '2026-03-01', recallReason: 'duplicate' })
    expect(ask(holder([card(), recalled]))).toMatchObject({ valid: true, card: { cardNumber: 'DN4010123456789' } })
  })

  it.each([
    ['QN5970123456789', 5, 100, 'defence'],
    ['CA5980123456789', 5, 100, 'public-security'],
    ['HT3010123456789', 3, 95, 'social-security'],
    ['TE1010123456789', 1, 100, 'social-security'],
  ])('%s has level %i, pays %i percent and is managed by %s', (cardNumber, level, ratePercent, manager) => {
    expect(ask(holder([card({ cardNumber })]))).toMatchObject({ level, ratePercent, manager })
  })

  it.each([
    ['CN3010123456789', '2025-12-31', 3, 95],
    ['CN3010123456789', '2026-01-01', 2, 100],
    ['LH4010123456789', '2025-12-31', 4, 80],
    ['LH4010123456789', '2026-01-01', 2, 100],
  ])('%s has on %s the level %i of the law, whatever it prints', (cardNumber, day, level, ratePercent) => {
    const held = holder([card({ cardNumber, validFrom: '2025-06-01' })])
    expect(ask(held, {}, day as Day)).toMatchObject({ valid: true, level, ratePercent })
  })
})

describe('a full card number', () => {
  const older = card({
    cardNumber: 'GD4010123456789',
    validFrom: '2025-01-01',
    validTo: '2025-12-31',
    issuedOn: '2024-12-20',
  })
  const next = card({
    cardNumber: 'HT3010123456789',
    validFrom: '2027-01-01',
    validTo: '2027-12-31',
    issuedOn: '2026-11-20',
  })
  const held = holder([older, card(), next])

  it.each([
    ['of the card that counts', 'DN4010123456789'],
    ['of a card issued in advance', 'HT3010123456789'],
  ])('%s is not superseded', (_, number) => {
    expect(ask(held, { number })).toMatchObject({ card: { cardNumber: 'DN4010123456789' }, next })
    expect(ask(held, { number })).not.toHaveProperty('superseded')
  })

  it.each([
    ['has ended', older, 'expired'],
    ['still runs', { ...older, validTo: '2026-11-30' as Day }, 'in-force'],
    ['was recalled', { ...older, recalledOn: '2025-10-01' as Day, recallReason: 'reissued' as const }, 'recalled'],
  ])('of an older card that %s is superseded', (_, presented, standing) => {
    expect(ask(holder([presented, card()]), { number: 'GD4010123456789' })).toMatchObject({
      card: { cardNumber: 'DN4010123456789' },
      superseded: { card: presented, standing },
    })
  })

  it('that was issued again for the next period is not superseded, and follows', () => {
    const again = card({ validFrom: '2027-01-01', validTo: '2027-12-31' })
    const answer = ask(holder([card(), again]), { number: 'DN4010123456789' })
    expect(answer).toMatchObject({ card: card(), next: again })
    expect(answer).not.toHaveProperty('superseded')
  })

  it('with the ten digits of a number that was replaced finds the card that counts', () => {
    const former = card({ cardNumber: 'DN4010999999999', validTo: '2026-06-30' })
    const present = card({ validFrom: '2026-07-01' })
    expect(ask(holder([former, present]), { number: 'DN4010999999999' })).toMatchObject({
      valid: true,
      card: { cardNumber: 'DN4010123456789' },
      superseded: { card: former, standing: 'expired' },
    })
  })

  it('that its person never held is nobody’s', () => {
    expect(ask(held, { number: 'CC1010123456789' })).toEqual({ valid: false, reason: 'not-found' })
  })
})

describe('no card in force', () => {
  it.each([
    ['no card at all', [], { reason: 'no-card' }],
    [
      'a card that begins later',
      [card({ validFrom: '2026-12-01' })],
      { reason: 'not-started', firstDay: '2026-12-01' },
    ],
    [
      'the first of two that begin later',
      [card({ validFrom: '2027-12-01', validTo: '2028-01-01' }), card({ validFrom: '2026-12-01' })],
      { reason: 'not-started', firstDay: '2026-12-01' },
    ],
    ['one that has ended', [card({ validTo: '2026-11-21' })], { reason: 'expired', lastDay: '2026-11-21' }],
    [
      'one that was recalled',
      [card({ recalledOn: today, recallReason: 'moved-within-province' })],
      { reason: 'recalled', recalledOn: today, recallReason: 'moved-within-province' },
    ],
    [
      'one that has ended and one that begins later',
      [card({ validTo: '2026-11-21' }), card({ validFrom: '2026-12-01' })],
      { reason: 'not-started', firstDay: '2026-12-01' },
    ],
  ])('because of %s', (_, cards, reason) => {
    expect(ask(holder(cards))).toMatchObject({ valid: false, ...reason })
  })

  it.each([
    ['five', '2020-11-23', 'child-without-card'],
    ['six today', '2020-11-22', 'no-card'],
    ['perhaps still five', '2020-11', 'child-without-card'],
    ['perhaps still five, the year alone being known', '2020', 'child-without-card'],
    ['seven', '2019', 'no-card'],
  ])('and the person is %s', (_, birthDate, reason) => {
    expect(ask(holder([], { birthDate }), { birthDate })).toMatchObject({ reason })
  })
})

describe('what billing alone can decide', () => {
  const smallVisit = { code: 'small-visit', visitCostBelow: 379_500, ratePercent: 100 }
  const ownPayment = { code: 'own-payment', ownPaymentAbove: 15_180_000, ratePercent: 100 }

  it.each([
    ['five years are continuous', { fiveYearsFrom: today }, [smallVisit, ownPayment]],
    ['five years are not continuous yet', { fiveYearsFrom: '2026-11-23' }, [smallVisit]],
    ['the card pays in full already', { cardNumber: 'HN2010123456789', fiveYearsFrom: today }, []],
  ])('is named, not applied, when %s', (_, changes, conditions) => {
    expect(ask(holder([card(changes)]))).toMatchObject({ conditions })
  })
})

describe('every answer', () => {
  it.each([
    'valid',
    'not-matched',
    'not-found',
    'wrong-birth-date',
    'wrong-name',
    'no-card',
    'child-without-card',
    'not-started',
    'expired',
    'recalled',
    'died',
  ] as const)('%s has a sentence and a legal basis in both languages', code => {
    const words = expect.stringMatching(/\S/)
    expect(deskReason(code)).toMatchObject({ text: { vi: words, en: words }, basis: { vi: words, en: words } })
  })

  it.each(remarks)('has a remark in both languages: %s', code => {
    const words = expect.stringMatching(/\S/)
    expect(deskRemark(code)).toEqual({ text: { vi: words, en: words }, basis: { vi: words, en: words } })
  })

  it.each(recallReasons)('can say in both languages why a card was recalled: %s', reason => {
    expect(recallText(reason)).toEqual({ vi: expect.stringMatching(/\S/), en: expect.stringMatching(/\S/) })
  })
})

function ask(
  held: HeldPerson | undefined,
  { number = '0123456789', ...facts }: { number?: string; birthDate?: string; fullName?: string | undefined } = {},
  day: Day = today,
  facility = '01007',
) {
  const shown = { birthDate: '1990-02-03', fullName: 'Đỗ Thị Hoà', ...facts, number: parsePresentedNumber(number) }
  return verdict(held, { facility: facility as FacilityCode, care: basic }, day, shown as Presented)
}

const basic = { level: 'basic', paidInFull: false, formerly: 'district' } as const
