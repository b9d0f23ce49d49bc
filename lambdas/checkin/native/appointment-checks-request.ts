import type { Day } from '../../registry/day.ts'
import type { FieldFault } from '../../shared/problem.ts'
import type { CardCheck } from '../card-check.ts'
import { readCardCheck } from './card-check-request.ts'

/** A day's appointments of a clinic come in a few requests, and each ends well within a function's time. */
export const mostAppointments = 100

export type Appointment = CardCheck | { readonly errors: readonly FieldFault[] }

/** `{"checks": [...]}`: each as for one card check, read by itself; or what is wrong with the list. */
export function readAppointments(content: unknown, today: Day): readonly Appointment[] | FieldFault {
  const checks = typeof content === 'object' && content !== null && 'checks' in content ? content.checks : undefined
  const alone = checks !== undefined && Object.keys(content as object).length === 1
  if (!alone || !Array.isArray(checks) || checks.length === 0 || checks.length > mostAppointments) return expected
  return checks.map(item => {
    const check = readCardCheck(item, today)
    return 'serviceDate' in check ? check : { errors: check }
  })
}

const expected: FieldFault = {
  field: 'checks',
  en: `expected one JSON object with the field checks alone, a list of 1 to ${mostAppointments} card checks`,
  vi: `cần một đối tượng JSON chỉ gồm trường checks, là danh sách từ 1 đến ${mostAppointments} lượt kiểm tra thẻ`,
}
