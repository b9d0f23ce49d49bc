import type { CardCheckAnswer, RouteAnswer } from '../../lambdas/checkin/native/card-check-answer.ts'
import { recallText } from '../../lambdas/checkin/verdict/desk-reasons.ts'
import type { RecallReason } from '../../lambdas/registry/card.ts'
import { formatCardNumber } from '../../lambdas/registry/card-number.ts'
import { dayInVietnam } from '../../lambdas/registry/day.ts'
import { facilityName } from '../../lambdas/registry/facilities.ts'
import { formatFacilityCode } from '../../lambdas/registry/facility-code.ts'
import { withStack } from '../../local/connect.ts'
import { checkCard, ensureWellFormed } from '../check-card.ts'
import { type Command, option, optional } from '../command.ts'
import { facilityOf, facilityOption } from '../facility.ts'
import { stateDirOf, stateOption } from '../state.ts'

export const command: Command = {
  summary: 'Check a card at a facility’s desk · Kiểm tra thẻ tại cơ sở khám chữa bệnh',
  form: {
    takes: [],
    usage:
      '--facility F (--number N --birth-date D [--name S] | --qr TEXT) [--date D] [--visit-object-code C] [--state DIR]',
  },
  options: {
    ...stateOption,
    ...facilityOption,
    number: { type: 'string' },
    'birth-date': { type: 'string' },
    name: { type: 'string' },
    qr: { type: 'string' },
    date: { type: 'string' },
    'visit-object-code': { type: 'string' },
  },
  async run(given) {
    const facility = facilityOf(given)
    const qr = optional(given, 'qr')
    const presented = {
      ...(qr === undefined
        ? { number: option(given, 'number'), birthDate: option(given, 'birth-date'), fullName: optional(given, 'name') }
        : { qr }),
      serviceDate: optional(given, 'date'),
      visitObjectCode: optional(given, 'visit-object-code'),
    }
    ensureWellFormed(presented, dayInVietnam(new Date()))
    const stateDir = stateDirOf(given)
    const answer = await withStack(stateDir, ({ address }) => checkCard(address.api, stateDir, facility, presented))
    return { ok: answer.valid, document: answer, lines: linesOf(answer) }
  },
}

function linesOf(answer: CardCheckAnswer): readonly string[] {
  const { message, basis } = answer
  return [
    `  ${answer.valid ? '✓' : '✗'} ${message.vi}`,
    `    ${message.en}`,
    '',
    ...[...factsOf(answer), ['căn cứ · basis', basis.vi]].map(
      ([name = '', value = '']) => `    ${name.padEnd(32)} ${value}`,
    ),
  ]
}

function factsOf(answer: CardCheckAnswer): readonly (readonly string[])[] {
  const asked = ['ngày · day', answer.serviceDate]
  if (!answer.valid) return [asked, ...reasonFacts(answer)]
  const { card, level, ratePercent, registeredHere, superseded, next, manager } = answer
  return [
    asked,
    [
      'số thẻ · card number',
      `${formatCardNumber(card.number)}${superseded ? '  (thay số đã xuất trình · replaces the one presented)' : ''}`,
    ],
    ['giá trị · valid', `${card.validFrom} → ${card.validTo ?? '…'}`],
    ['mức hưởng · level, rate', `${level} · ${ratePercent} %`],
    [
      'nơi đăng ký · registered at',
      `${formatFacilityCode(card.facilityCode)} ${facilityName(card.facilityCode) ?? ''} (${registeredHere ? 'tại đây · here' : 'nơi khác · elsewhere'})`,
    ],
    ...(card.areaCode ? [['khu vực · area', card.areaCode]] : []),
    ...(card.fiveYearsFrom ? [['đủ 5 năm · five years from', card.fiveYearsFrom]] : []),
    ...(next
      ? [['thẻ tiếp theo · next card', `${formatCardNumber(next.number)} ${next.validFrom} → ${next.validTo ?? '…'}`]]
      : []),
    ['cơ quan quản lý · managed by', managers[manager]],
    ...answer.remarks.map(({ text }) => ['lưu ý · note', `${text.vi} · ${text.en}`]),
    ['mã đối tượng KCB · route', 'ngoại trú / nội trú · outpatient / inpatient'],
    ...(answer.route ? [answer.route] : answer.routes).map(routeFact),
    ...answer.conditions.map(({ text, ...condition }) => [
      'thanh toán 100 % · paid in full',
      `${vnd('visitCostBelow' in condition ? condition.visitCostBelow : condition.ownPaymentAbove)}: ${text.vi} · ${text.en}`,
    ]),
  ]
}

function routeFact({ visitObjectCode, name, ratePercent: { outpatient, inpatient } }: RouteAnswer): readonly string[] {
  return [`${visitObjectCode.padEnd(5)} ${rate(outpatient)} / ${rate(inpatient)}`, `${name.vi} · ${name.en}`]
}

function rate(percent: number | null | undefined): string {
  return percent === undefined ? '–' : `${percent ?? '?'} %`
}

function vnd(amount: number): string {
  return `${amount.toLocaleString('en')} đ`
}

const managers = {
  defence: 'Bộ Quốc phòng · Ministry of National Defence',
  'public-security': 'Bộ Công an · Ministry of Public Security',
  'social-security': 'Bảo hiểm xã hội Việt Nam · Vietnam Social Security',
} as const

function reasonFacts(answer: CardCheckAnswer & { readonly valid: false }): readonly (readonly string[])[] {
  switch (answer.reason) {
    case 'not-started':
      return [['có giá trị từ · counts from', answer.firstDay]]
    case 'expired':
      return [['hết hạn · ended on', answer.lastDay]]
    case 'recalled':
      return [['thu hồi · recalled on', answer.recalledOn], ...recallFacts(answer.recallReason)]
    default:
      return []
  }
}

function recallFacts(reason: RecallReason | undefined): readonly (readonly string[])[] {
  if (!reason) return []
  const { vi, en } = recallText(reason)
  return [['lý do · because', `${vi} · ${en}`]]
}
