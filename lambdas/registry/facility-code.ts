import { isFormerProvinceCode } from './provinces.ts'

export type FacilityCode = string & { readonly __brand: 'FacilityCode' }

/** Two digits and three digits or capital letters; the digits are a former province, or 97 for defence or 98 for the police. */
const facilityCode = /^[0-9]{2}[0-9A-Z]{3}$/

/** Well-formed; whether the list knows it, `isKnownFacility` tells. */
export function isFacilityCode(value: unknown): value is FacilityCode {
  return typeof value === 'string' && facilityCode.test(value) && isFacilityPrefix(value.slice(0, 2))
}

function isFacilityPrefix(prefix: string): boolean {
  return prefix === '97' || prefix === '98' || isFormerProvinceCode(prefix)
}
