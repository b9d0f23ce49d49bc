import type { CardCheckAnswer } from '../../lambdas/checkin/card-check-answer.ts'
import { formatCardNumber } from '../../lambdas/registry/card-number.ts'
import { facilityName } from '../../lambdas/registry/facilities.ts'
import { type FacilityCode, isFacilityCode } from '../../lambdas/registry/facility-code.ts'
import type { FieldFault } from '../../lambdas/shared/problem.ts'
import { type Command, option, optional, UsageError } from '../command.ts'

export const command: Command = {
  summary: 'Check a card at a facility’s desk · Kiểm tra thẻ tại cơ sở khám chữa bệnh',
  usage: '--facility F --number N --birth-date D [--name S]',
  options: {
    facility: { type: 'string' },
    number: { type: 'string' },
    'birth-date': { type: 'string' },
    name: { type: 'string' },
  },
  async run(given) {
    const facility = option(given, 'facility')
    if (!isFacilityCode(facility))
      throw new UsageError(`--facility must be a facility code such as 01007, not ${facility}`)
    const answer = await checkCard(apiEndpoint(), facility, {
      number: option(given, 'number'),
      birthDate: option(given, 'birth-date'),
      fullName: optional(given, 'name'),
    })
    return { ok: answer.valid, document: answer, lines: linesOf(answer) }
  },
}

function apiEndpoint(): string {
  const endpoint = process.env.BANGIAO_API
  if (!endpoint) throw new Error('the environment variable BANGIAO_API does not say where the API is')
  return endpoint
}

interface Presented {
  readonly number: string
  readonly birthDate: string
  readonly fullName: string | undefined
}

async function checkCard(api: string, facility: FacilityCode, presented: Presented): Promise<CardCheckAnswer> {
  const { access_token } = (await post(`${api}/local/token`, { facility })) as { access_token: string }
  const checks = `${api}/facilities/${facility}/card-checks`
  return (await post(checks, presented, { authorization: `Bearer ${access_token}` })) as CardCheckAnswer
}

async function post(url: string, content: object, headers: Record<string, string> = {}): Promise<unknown> {
  const request = { method: 'POST', headers: { 'content-type': 'application/json', ...headers } }
  const response = await fetch(url, { ...request, body: JSON.stringify(content) })
  const answer: unknown = await response.json()
  if (response.ok) return answer
  const { type, title, errors } = answer as { type?: string; title?: string; errors?: readonly FieldFault[] }
  if (errors)
    throw new UsageError(errors.map(({ field, en, vi }) => `${options[field] ?? field}: ${en} · ${vi}`).join('\n'))
  throw Object.assign(new Error(title ?? `${url} answered ${response.status}`), { code: type?.split(':').at(-1) })
}

/** By the API's name of the field. */
const options: Readonly<Record<string, string>> = { number: '--number', birthDate: '--birth-date', fullName: '--name' }

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
  const { card, level, ratePercent, registeredHere, supersededNumber, manager } = answer
  return [
    asked,
    [
      'số thẻ · card number',
      `${formatCardNumber(card.number)}${supersededNumber ? '  (thay số đã xuất trình · replaces the one presented)' : ''}`,
    ],
    ['giá trị · valid', `${card.validFrom} → ${card.validTo ?? '…'}`],
    ['mức hưởng · level, rate', `${level} · ${ratePercent} %`],
    [
      'nơi đăng ký · registered at',
      `${card.facilityCode} ${facilityName(card.facilityCode) ?? ''} (${registeredHere ? 'tại đây · here' : 'nơi khác · elsewhere'})`,
    ],
    ...(card.areaCode ? [['khu vực · area', card.areaCode]] : []),
    ...(card.fiveYearsFrom ? [['đủ 5 năm · five years from', card.fiveYearsFrom]] : []),
    ['cơ quan quản lý · managed by', managers[manager]],
  ]
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
      return [['thu hồi · recalled on', `${answer.recalledOn} ${answer.recallReason ?? ''}`]]
    default:
      return []
  }
}
