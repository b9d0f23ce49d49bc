import { formerProvinceCodes } from './provinces.ts'

export type FacilityCode = string & { readonly __brand: 'FacilityCode' }

/** Two digits and three digits or capital letters; the digits are a former province, or 97 for defence or 98 for the police. */
export const facilityCodeForm = new RegExp(`^(${[...formerProvinceCodes, '97', '98'].join('|')})[0-9A-Z]{3}$`)

/** Well-formed; whether the list knows it, `isKnownFacility` tells. */
export function isFacilityCode(value: unknown): value is FacilityCode {
  return typeof value === 'string' && facilityCodeForm.test(value)
}
