import type { Card } from '../../registry/card.ts'
import { cardNumberParts } from '../../registry/card-number.ts'
import type { Person } from '../../registry/person.ts'
import type { TooManyChecks } from '../allowance/allowance.ts'
import type { NotCovered, Valid, Verdict } from '../verdict/verdict.ts'
import { type LookupCode, lookupText, notValidCode, type RefusalCode, validCode } from './gateway-codes.ts'
import { gatewayDate } from './gateway-date.ts'
import type { Malformed } from './gateway-request.ts'
import { notCoveredNote, plainNote, validNote } from './lookup-note.ts'
import { addressOf, issuerName, nameOfFacility } from './place-names.ts'

/** In this order, which software that cuts the answer as text relies on. */
export interface LookupAnswer {
  readonly maKetQua: LookupCode
  readonly ghiChu: string
  readonly maThe: string | null
  readonly hoTen: string | null
  readonly ngaySinh: string | null
  readonly gioiTinh: string | null
  readonly diaChi: string | null
  readonly maDKBD: string | null
  readonly cqBHXH: string | null
  readonly gtTheTu: string | null
  readonly gtTheDen: string | null
  readonly maKV: string | null
  readonly ngayDu5Nam: string | null
  readonly maSoBHXH: string | null
  readonly maTheCu: string | null
  readonly maTheMoi: string | null
  readonly gtTheTuMoi: string | null
  readonly gtTheDenMoi: string | null
  readonly maDKBDMoi: string | null
  readonly tenDKBDMoi: string | null
  /** The history of visits is not ours: null, as the portal answers since CV 2746/BHXH-CNTT. */
  readonly dsLichSuKCB2018: null
  readonly dsLichSuKT2018: null
}

export function verdictAnswer(verdict: Verdict): LookupAnswer {
  if (verdict.valid) return validAnswer(verdict)
  return 'person' in verdict ? notCoveredAnswer(verdict) : refusalAnswer(notValidCode(verdict))
}

/** Of nobody. */
export function refusalAnswer(code: LookupCode): LookupAnswer {
  return { ...empty, maKetQua: code, ghiChu: plainNote(lookupText(code)) }
}

export function malformedAnswer({ field, fix }: Malformed): LookupAnswer {
  const code: RefusalCode = '205'
  return { ...empty, maKetQua: code, ghiChu: plainNote(`${lookupText(code)}: ${field} ${fix}`) }
}

/** The portal has no code for it; software that meets 500 asks again later. */
export function tooManyAnswer({ retryAfterSeconds }: TooManyChecks): LookupAnswer {
  const headline = `Cơ sở đã tra cứu quá số lượt cho phép trong một phút: thử lại sau ${retryAfterSeconds} giây`
  return { ...empty, maKetQua: '500', ghiChu: plainNote(headline) }
}

/**
 * The card that was presented, and the one that counts beside it as the newer. A card issued in advance is told of in `ghiChu` alone: there
 * is software that takes `gtTheTuMoi`, `gtTheDenMoi` or `maDKBDMoi` for today's whenever they are there, whatever the code.
 */
function validAnswer(valid: Valid): LookupAnswer {
  const { person, card, superseded } = valid
  const code = validCode(valid)
  const presented = superseded?.card ?? card
  return {
    ...empty,
    maKetQua: code,
    ghiChu: validNote(lookupText(code), valid),
    maThe: presented.cardNumber,
    ...personFields(person),
    ...cardFields(person, presented),
    ...(superseded && { maTheCu: presented.cardNumber, ...newerFields(card) }),
  }
}

/** `maThe` stays empty: there is software to which an answer with a card number is a card that counts. */
function notCoveredAnswer(verdict: NotCovered): LookupAnswer {
  const code = notValidCode(verdict)
  const card = 'card' in verdict ? verdict.card : undefined
  return {
    ...empty,
    maKetQua: code,
    ghiChu: notCoveredNote(lookupText(code), verdict),
    ...personFields(verdict.person),
    ...(card && { ...cardFields(verdict.person, card), maTheCu: card.cardNumber }),
  }
}

const empty = {
  maKetQua: '500',
  ghiChu: '',
  maThe: null,
  hoTen: null,
  ngaySinh: null,
  gioiTinh: null,
  diaChi: null,
  maDKBD: null,
  cqBHXH: null,
  gtTheTu: null,
  gtTheDen: null,
  maKV: null,
  ngayDu5Nam: null,
  maSoBHXH: null,
  maTheCu: null,
  maTheMoi: null,
  gtTheTuMoi: null,
  gtTheDenMoi: null,
  maDKBDMoi: null,
  tenDKBDMoi: null,
  dsLichSuKCB2018: null,
  dsLichSuKT2018: null,
} satisfies LookupAnswer

function personFields(person: Person) {
  return {
    hoTen: person.fullName,
    ngaySinh: gatewayDate(person.birthDate),
    gioiTinh: sexes[person.sex],
    diaChi: addressOf(person),
    maSoBHXH: person.insuranceNumber ?? '',
  }
}

const sexes = { 1: 'Nam', 2: 'Nữ', 3: '' } as const

/** What a card does not have is empty text, never null: software cuts at the quotation marks. */
function cardFields(person: Person, { cardNumber, facilityCode, validFrom, validTo, areaCode, fiveYearsFrom }: Card) {
  const { provinceCode, insuranceNumber } = cardNumberParts(cardNumber)
  return {
    maDKBD: facilityCode,
    cqBHXH: issuerName(provinceCode) ?? '',
    gtTheTu: gatewayDate(validFrom),
    gtTheDen: validTo ? gatewayDate(validTo) : '',
    maKV: areaCode ?? '',
    ngayDu5Nam: fiveYearsFrom ? gatewayDate(fiveYearsFrom) : '',
    maSoBHXH: person.insuranceNumber ?? insuranceNumber,
  }
}

function newerFields({ cardNumber, validFrom, validTo, facilityCode }: Card) {
  return {
    maTheMoi: cardNumber,
    gtTheTuMoi: gatewayDate(validFrom),
    gtTheDenMoi: validTo ? gatewayDate(validTo) : '',
    maDKBDMoi: facilityCode,
    tenDKBDMoi: nameOfFacility(facilityCode) ?? '',
  }
}
