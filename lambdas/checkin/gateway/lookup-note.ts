import type { Card } from '../../registry/card.ts'
import type { Person } from '../../registry/person.ts'
import type { NotCovered, Valid } from '../verdict/verdict.ts'
import { gatewayDate } from './gateway-date.ts'
import { addressOf, nameOfFacility } from './place-names.ts'

/**
 * `ghiChu` of an answer about a card, which staff read and some software takes apart: what is the matter, `!`, who, `!`, and in brackets
 * four parts with `;` between them, then whatever else there is to say. What was registered holds none of these marks.
 */
export function validNote(headline: string, { person, card, superseded, next, manager }: Valid): string {
  const presented = superseded?.card ?? card
  const more = [
    ...(superseded ? [`Thẻ mới ${cardPhrase(card)}`] : []),
    ...(superseded && manager !== 'social-security' ? [managedBy[manager]] : []),
    ...(next ? [`Đã cấp trước thẻ kỳ sau ${cardPhrase(next)}, hôm nay chưa dùng`] : []),
  ]
  return note(headline, person, presented, more)
}

export function notCoveredNote(headline: string, verdict: NotCovered): string {
  switch (verdict.reason) {
    case 'died':
      return note(headline, verdict.person, undefined, ['Chủ thẻ đã được báo tử'])
    case 'no-card':
    case 'child-without-card':
      return note(headline, verdict.person, undefined, [])
    case 'not-started':
      return note(headline, verdict.person, verdict.card, [`Thẻ có giá trị từ ngày ${gatewayDate(verdict.firstDay)}`])
    case 'expired':
      return note(headline, verdict.person, verdict.card, [`Thẻ hết hạn ngày ${gatewayDate(verdict.lastDay)}`])
    case 'recalled':
      return note(headline, verdict.person, verdict.card, [`Thẻ thu hồi từ ngày ${gatewayDate(verdict.recalledOn)}`])
  }
}

/** Some software takes what stands before the first full stop. */
export function plainNote(headline: string): string {
  return `${headline}.`
}

const managedBy = {
  defence: 'Thẻ do Bảo hiểm xã hội Bộ Quốc phòng quản lý',
  'public-security': 'Thẻ do Bảo hiểm xã hội Công an nhân dân quản lý',
} as const

function note(headline: string, person: Person, card: Card | undefined, more: readonly string[]): string {
  const who = `Họ tên: ${plain(person.fullName.replaceAll(',', ' '))}, Ngày sinh: ${gatewayDate(person.birthDate)}, Giới tính: ${sexes[person.sex]}`
  const address = `Địa chỉ: ${plain(addressOf(person))}`
  const facts = card ? [address, ...cardFacts(card)] : [address]
  const facility = card && nameOfFacility(card.facilityCode)
  const rest = [...(facility ? [`Nơi đăng ký ${plain(facility)}`] : []), ...more]
  return [`${headline}! ${who}! (${facts.join('; ')}).`, ...rest.map(sentence => `${sentence}.`)].join(' ')
}

const sexes = { 1: 'Nam', 2: 'Nữ', 3: 'Chưa xác định' } as const

function cardFacts({ facilityCode, validFrom, validTo, fiveYearsFrom }: Card): readonly string[] {
  return [
    `Nơi đăng ký KCB ban đầu: ${facilityCode}`,
    `Giá trị thẻ: ${gatewayDate(validFrom)} - ${validTo ? gatewayDate(validTo) : 'không thời hạn'}`,
    `Thời điểm đủ 5 năm liên tục: ${fiveYearsFrom ? gatewayDate(fiveYearsFrom) : 'chưa xác định'}`,
  ]
}

function cardPhrase({ cardNumber, validFrom, validTo, facilityCode }: Card): string {
  const until = validTo ? ` đến ${gatewayDate(validTo)}` : ''
  const facility = nameOfFacility(facilityCode)
  const at = facility ? `${facilityCode} ${plain(facility)}` : facilityCode
  return `${cardNumber}, giá trị từ ${gatewayDate(validFrom)}${until}, nơi đăng ký ${at}`
}

function plain(text: string): string {
  return text
    .replace(/[!;:()"\p{Cc}]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}
