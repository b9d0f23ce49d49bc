import { type FacilityCode, parseFacilityCode } from '../lambdas/registry/facility-code.ts'
import { type Given, option, UsageError } from './command.ts'

export const facilityOption = { facility: { type: 'string' } } as const

/** @throws UsageError when it is missing or malformed. */
export function facilityOf(given: Given): FacilityCode {
  const text = option(given, 'facility')
  const facility = parseFacilityCode(text)
  if (!facility) throw new UsageError(`--facility must be a facility code such as 01007, not ${text}`)
  return facility
}
