import * as z from 'zod'
import { isBirthDate } from '../../registry/birth-date.ts'
import { addDays, type Day, isDay } from '../../registry/day.ts'
import type { FieldFault } from '../../shared/problem.ts'
import { type CardCheck, lookupPurposes } from '../card-check.ts'
import { parsePresentedNumber } from '../verdict/presented-number.ts'
import { type QrFacts, readQr } from '../verdict/qr.ts'
import { isVisitObjectCode } from '../verdict/routes.ts'

/** One check: at most 400 characters of a name, or the text of a QR code, and a few short fields. */
export const mostCheckBytes = 4096

/** How long after the visit, and how long before it, a facility may ask. */
export const daysBack = 7
const daysAhead = 1

const presented = {
  number: read(parsePresentedNumber).exactOptional(),
  birthDate: read(text => (isBirthDate(text) ? text : undefined)).exactOptional(),
  fullName: z.string().trim().min(1).max(400).exactOptional(),
  qr: read(readQr).exactOptional(),
}

const body = z.strictObject({
  ...presented,
  serviceDate: read(text => (isDay(text) ? text : undefined)).exactOptional(),
  visitObjectCode: read(text => (isVisitObjectCode(text) ? text : undefined)).exactOptional(),
  officer: z
    .string()
    // No half of a surrogate pair either: the database takes only what UTF-8 can write.
    .regex(/^[^\p{Cc}\p{Cs}]{1,100}$/u)
    .exactOptional(),
  purpose: z.enum(lookupPurposes).default('reception'),
})

export const cardCheckFields: readonly string[] = Object.keys(body.shape)

/** The check that the body asks for, or every field at fault. `today` is in Vietnam. */
export function readCardCheck(content: unknown, today: Day): CardCheck | readonly FieldFault[] {
  const { data, error } = body.safeParse(content)
  if (error) return [...new Set([...error.issues.map(fieldOf), ...missing(content)])].map(fault)
  const { number, birthDate, fullName, qr, serviceDate = today, ...check } = data
  const outside = serviceDate < addDays(today, -daysBack) || serviceDate > addDays(today, daysAhead)
  const faults = [...missing(content), ...(outside ? (['serviceDate'] as const) : [])]
  if (faults.length) return faults.map(fault)
  return {
    ...(qr ?? ({ number, birthDate, ...(fullName !== undefined && { fullName }) } as QrFacts)),
    ...check,
    serviceDate,
  }
}

/** A number and a birth date prove that somebody stands at the desk, and so does a QR code; one of them, not both. */
function missing(content: unknown): readonly Field[] {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) return []
  const has = (field: Field) => field in content
  if (has('qr')) return has('number') || has('birthDate') || has('fullName') ? ['qr'] : []
  return (['number', 'birthDate'] as const).filter(field => !has(field))
}

type Field = keyof typeof body.shape | 'body'

/** The name of an unknown field is not repeated: it may be anything. */
function fieldOf({ path: [field] }: z.core.$ZodIssue): Field {
  return (field ?? 'body') as Field
}

function fault(field: Field): FieldFault {
  return { field, ...expected[field] }
}

const expected: Readonly<Record<Field, Omit<FieldFault, 'field'>>> = {
  body: {
    en: `expected one JSON object with the fields ${cardCheckFields.join(', ')} and no others`,
    vi: `cần một đối tượng JSON chỉ gồm các trường ${cardCheckFields.join(', ')}`,
  },
  number: {
    en: 'expected an insurance number of 10 digits, a national id of 12 digits or a card number of 15 characters',
    vi: 'cần mã số BHXH 10 chữ số, số định danh cá nhân 12 chữ số hoặc mã thẻ BHYT 15 ký tự',
  },
  birthDate: {
    en: 'expected a date that exists: yyyy-mm-dd, yyyy-mm or yyyy',
    vi: 'cần một ngày có thật: yyyy-mm-dd, yyyy-mm hoặc yyyy',
  },
  fullName: {
    en: 'expected text of 1 to 400 characters, or no field',
    vi: 'cần từ 1 đến 400 ký tự, hoặc bỏ trường này',
  },
  qr: {
    en: 'expected the whole text of the QR code of a health card or of an identity card, in the place of number, birthDate and fullName',
    vi: 'cần toàn bộ nội dung mã QR của thẻ BHYT hoặc thẻ căn cước, thay cho number, birthDate và fullName',
  },
  serviceDate: {
    en: `expected a date yyyy-mm-dd from ${daysBack} days back to ${daysAhead} day ahead in Vietnam, or no field for today`,
    vi: `cần ngày yyyy-mm-dd từ ${daysBack} ngày trước đến ${daysAhead} ngày sau theo giờ Việt Nam, hoặc bỏ trường này nếu là hôm nay`,
  },
  visitObjectCode: {
    en: 'expected a code of MA_DOITUONG_KCB such as 1.1, or no field for every possible route',
    vi: 'cần mã đối tượng đến KCB (MA_DOITUONG_KCB), ví dụ 1.1, hoặc bỏ trường này để nhận mọi trường hợp có thể',
  },
  officer: {
    en: 'expected text of 1 to 100 characters without control characters, or no field',
    vi: 'cần từ 1 đến 100 ký tự, không có ký tự điều khiển, hoặc bỏ trường này',
  },
  purpose: {
    en: `expected one of ${lookupPurposes.join(', ')}, or no field`,
    vi: `cần một trong các giá trị ${lookupPurposes.join(', ')}, hoặc bỏ trường này`,
  },
}

function read<Value>(parse: (text: string) => Value | undefined) {
  return z.string().transform((text, context) => {
    const value = parse(text)
    if (value !== undefined) return value
    context.addIssue('malformed')
    return z.NEVER
  })
}
