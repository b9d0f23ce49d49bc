import { identifier } from './identifier.ts'
import { isFormerProvinceCode } from './provinces.ts'

export type FacilityCode = string & { readonly __brand: 'FacilityCode' }

/**
 * Two digits and three digits or capital letters; the digits are a former province, or 97 for defence or 98 for the police. Printed
 * as on a health card, `01 - 007`. Whether the list knows it, `isKnownFacility` tells.
 */
export const {
  is: isFacilityCode,
  parse: parseFacilityCode,
  format: formatFacilityCode,
} = identifier<FacilityCode>({
  form: /^[0-9]{2}[0-9A-Z]{3}$/,
  holds: code => isFacilityPrefix(code.slice(0, 2)),
  groups: [2, 3],
  between: ' - ',
})

function isFacilityPrefix(prefix: string): boolean {
  return prefix === '97' || prefix === '98' || isFormerProvinceCode(prefix)
}
