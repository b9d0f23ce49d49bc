import type { BirthDate } from '../../registry/birth-date.ts'
import { type PresentedNumber, parsePresentedNumber } from '../verdict/presented-number.ts'
import { parseGatewayBirthDate } from './gateway-date.ts'
import type { Malformed, Parameters } from './gateway-request.ts'
import { issuerName } from './place-names.ts'

/** What hospital software asks. */
export interface GatewayLookup {
  readonly number: PresentedNumber
  readonly birthDate: BirthDate
  readonly fullName: string
  /** Absent in calls that are not asked on behalf of an officer. */
  readonly officer?: PresentedOfficer
}

/** As they were sent. */
export interface PresentedOfficer {
  readonly id: string
  readonly fullName: string
}

/** Why a number cannot be anybody's. */
export type NumberFault = '051' | '052' | '053'

export interface LookupForm {
  readonly asksOfficer: boolean
  /** Whether a birth date may be eight digits without strokes. */
  readonly compactDates: boolean
}

export function readLookup(parameter: Parameters, form: LookupForm): GatewayLookup | Malformed | NumberFault {
  const required = form.asksOfficer ? [...always, ...officerFields] : always
  const missing = required.find(name => parameter(name) === '' || parameter(name).length > mostCharacters)
  if (missing) return { field: missing, fix: `cần có giá trị, từ 1 đến ${mostCharacters} ký tự` }
  const birthDate = parseGatewayBirthDate(parameter('ngaySinh'), form.compactDates)
  if (!birthDate) return { field: 'ngaySinh', fix: 'cần một ngày có thật: dd/MM/yyyy, MM/yyyy hoặc yyyy' }
  const number = parsePresentedNumber(parameter('maThe'))
  const fault = numberFault(parameter('maThe'), number)
  if (!number || fault) return fault ?? '051'
  const officer = { id: parameter('cccdCb'), fullName: parameter('hoTenCb') }
  return { number, birthDate, fullName: parameter('hoTen'), ...(form.asksOfficer && { officer }) }
}

const always = ['maThe', 'hoTen', 'ngaySinh'] as const
const officerFields = ['hoTenCb', 'cccdCb'] as const
const mostCharacters = 400

/** Level and province are looked at even where the rest of a card number is well-formed. */
function numberFault(text: string, number: PresentedNumber | undefined): NumberFault | undefined {
  const [, level, province] = /^[A-Z]{2}([0-9A-Z])([0-9A-Z]{2})[0-9]{10}/i.exec(text.replace(/[\s.-]/g, '')) ?? []
  if (level === undefined || province === undefined) return number ? undefined : '051'
  if (!/[1-5]/.test(level)) return '053'
  return issuerName(province) ? undefined : '052'
}
