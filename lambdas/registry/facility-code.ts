import { identifier } from './identifier.ts'
import { formerProvinceCodes } from './provinces.ts'

export type FacilityCode = string & { readonly __brand: 'FacilityCode' }

/** A former province, or 97 for defence or 98 for the police: who issues cards has the same. */
export const facilityPrefixes: readonly string[] = [...formerProvinceCodes, '97', '98']

export const facilityCodeForm = new RegExp(`^(${facilityPrefixes.join('|')})[0-9A-Z]{3}$`)

/**
 * Two digits and three digits or capital letters; the digits are a former province, or 97 for defence or 98 for the police. Printed
 * as on a health card, `01 - 007`. Whether the list knows it, `isKnownFacility` tells.
 */
export const {
  is: isFacilityCode,
  parse: parseFacilityCode,
  format: formatFacilityCode,
} = identifier<FacilityCode>({
  form: facilityCodeForm,
  groups: [2, 3],
  between: ' - ',
})
