import { identifier } from './identifier.ts'

export type InsuranceNumber = string & { readonly __brand: 'InsuranceNumber' }

/** Ten digits, not all zeros (QĐ 4750, MA_BHXH); printed as `01 2345 6789`. */
export const {
  is: isInsuranceNumber,
  parse: parseInsuranceNumber,
  format: formatInsuranceNumber,
} = identifier<InsuranceNumber>({ form: /^(?!0{10})[0-9]{10}$/, groups: [2, 4, 4] })
