import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { verdictAnswer } from '../../../lambdas/checkin/gateway/lookup-answer.ts'
import { parsePresentedNumber } from '../../../lambdas/checkin/verdict/presented-number.ts'
import { type Presented, verdict } from '../../../lambdas/checkin/verdict/verdict.ts'
import type { HeldPerson } from '../../../lambdas/registry/items.ts'
import { card, holder, today } from '../people.ts'
import { facility } from './gateway-desk.ts'

const newer = card({
  cardNumber: 'HC4790123456789',
  validFrom: '2026-06-01',
  validTo: undefined,
  facilityCode: '79001',
  fiveYearsFrom: '2027-05-01',
})

describe('the answer', () => {
  it('of a number that was replaced holds the card presented and, as the newer, the one that counts', () => {
    const answer = answerOn(holder([card({ validTo: '2026-05-31', areaCode: 'K2' }), newer]))

    expect(answer).toMatchObject({
      maKetQua: '003',
      maThe: 'DN4010123456789',
      maDKBD: '01007',
      gtTheTu: '01/01/2026',
      gtTheDen: '31/05/2026',
      maKV: 'K2',
      maTheCu: 'DN4010123456789',
      maTheMoi: 'HC4790123456789',
      gtTheTuMoi: '01/06/2026',
      gtTheDenMoi: '',
      maDKBDMoi: '79001',
      tenDKBDMoi: expect.stringMatching(/\p{L}/u),
    })
    expect(answer.ghiChu).toContain('Thẻ mới HC4790123456789, giá trị từ 01/06/2026, nơi đăng ký 79001 ')
  })

  it('tells of a card issued in advance in words alone, and not as the newer one', () => {
    const next = card({ cardNumber: 'HC4010123456789', validFrom: '2027-01-01', validTo: '2027-12-31' })

    const answer = answerOn(holder([card(), next]))

    expect(answer).toMatchObject({ maKetQua: '000', maThe: 'DN4010123456789', gtTheDen: '31/12/2026' })
    expect(answer).toMatchObject({ maTheMoi: null, gtTheTuMoi: null, gtTheDenMoi: null, maDKBDMoi: null })
    expect(answer.ghiChu).toContain('Đã cấp trước thẻ kỳ sau HC4010123456789, giá trị từ 01/01/2027')
  })

  it('of a card that does not count holds the person and the days, but no number that could be taken for one', () => {
    expect(answerOn(holder([card({ validTo: '2026-11-21' })]))).toMatchObject({
      maKetQua: '010',
      maThe: null,
      hoTen: 'Đỗ Thị Hoà',
      gtTheTu: '01/01/2026',
      gtTheDen: '21/11/2026',
      maTheCu: 'DN4010123456789',
      ghiChu: expect.stringContaining('Thẻ hết hạn ngày 21/11/2026.'),
    })
  })

  it('of a card that has not begun says when it does', () => {
    const { ghiChu } = answerOn(holder([card({ validFrom: '2026-12-01' })]))
    expect(ghiChu).toContain('Thẻ có giá trị từ ngày 01/12/2026.')
  })

  it('of a card that was recalled, or whose holder died, says so', () => {
    expect(answerOn(holder([card({ recalledOn: '2026-11-01' })])).ghiChu).toContain('thu hồi từ ngày 01/11/2026.')
    expect(answerOn(holder([card()], { diedOn: '2026-11-01' })).ghiChu).toContain('Chủ thẻ đã được báo tử.')
  })

  it.each([
    ['the name is another', { fullName: 'Trần Văn Bảy' }],
    ['the birth date is another', { birthDate: '1990-02-04' }],
    ['the card was never theirs', { number: 'CC1010123456789' }],
  ])('says nothing of a person when %s', (_, facts) => {
    const { maKetQua: _code, ghiChu, ...fields } = answerOn(holder(), facts)
    expect(new Set(Object.values(fields))).toEqual(new Set([null]))
    expect(ghiChu).not.toMatch(/Hoà|1990|Ba Đình|0123456789/)
  })

  it('writes what is known of a birth date, and no sex that is not known', () => {
    const held = holder([card()], { birthDate: '1990-02', sex: '3' })
    expect(answerOn(held)).toMatchObject({ ngaySinh: '02/1990', gioiTinh: '' })
    expect(answerOn(holder([card()], { birthDate: '1990' }))).toMatchObject({ ngaySinh: '1990', gioiTinh: 'Nữ' })
  })

  it('names as the issuer the insurance of the former province, of Defence or of Public Security', () => {
    const issuer = (cardNumber: string) => answerOn(holder([card({ cardNumber })]), { number: '0123456789' }).cqBHXH
    expect(issuer('DN4770123456789')).toBe('Bảo hiểm xã hội Tỉnh Bà Rịa - Vũng Tàu')
    expect(issuer('QN5970123456789')).toBe('Bảo hiểm xã hội Bộ Quốc phòng')
    expect(issuer('CA5980123456789')).toBe('Bảo hiểm xã hội Công an nhân dân')
  })
})

describe('ghiChu', () => {
  it('of a manager’s card that was replaced says who manages it', () => {
    const { ghiChu } = answerOn(holder([card(), card({ cardNumber: 'QN5970123456789', validFrom: '2026-06-01' })]))
    expect(ghiChu).toContain('Thẻ do Bảo hiểm xã hội Bộ Quốc phòng quản lý.')
  })

  it('can be taken apart, whatever marks a name or an address holds', () => {
    const marked = fc.string({ unit: fc.constantFrom(...'Aồ!;:().,"\n '), minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(marked, marked, (fullName, addressLine) => {
        const held = holder([card({ fiveYearsFrom: '2027-05-01' })], { fullName, addressLine })

        const [headline, who, facts = '', ...none] = answerOn(held, { fullName }).ghiChu.split('!')

        const [address, facility, period, fiveYears] = facts.replace(/[(]/, '').split(';')
        expect(none).toEqual([])
        expect(headline).toBe('Thẻ còn giá trị sử dụng')
        expect(who?.split(',').slice(1)).toEqual([' Ngày sinh: 03/02/1990', ' Giới tính: Nữ'])
        expect(address).toMatch(/^ Địa chỉ: [^:]+$/)
        expect(facility).toBe(' Nơi đăng ký KCB ban đầu: 01007')
        expect(period).toBe(' Giá trị thẻ: 01/01/2026 - 31/12/2026')
        expect(fiveYears).toMatch(/^ Thời điểm đủ 5 năm liên tục: 01\/05\/2027\)/)
      }),
    )
  })
})

function answerOn(held: HeldPerson, facts: { number?: string; birthDate?: string; fullName?: string } = {}) {
  const {
    number = held.cards[0]?.cardNumber ?? '',
    birthDate = held.person.birthDate,
    fullName = held.person.fullName,
  } = facts
  const presented = { number: parsePresentedNumber(number), birthDate, fullName } as Presented
  return verdictAnswer(verdict(held, { facility, care: undefined }, today, presented))
}
