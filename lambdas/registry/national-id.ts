import { identifier } from './identifier.ts'

export type NationalId = string & { readonly __brand: 'NationalId' }

export const nationalIdForm = /^0[0-9]{11}$/

/**
 * Twelve digits: `0` and the former code of the province where the birth was registered, a digit for century and sex,
 * two for the year, six at random; printed as `001 060 123456`. It replaces the insurance number from 1 August 2025 (CV 1804/BHXH-QLT).
 * Neither sex, birth date nor residence may be read from it.
 */
export const {
  is: isNationalId,
  parse: parseNationalId,
  format: formatNationalId,
} = identifier<NationalId>({ form: nationalIdForm, groups: [3, 3, 6] })
