import { identifier } from './identifier.ts'

export type InsuranceNumber = string & { readonly __brand: 'InsuranceNumber' }

export const insuranceNumberForm = { pattern: /^[0-9]{10}$/, except: '0000000000' } as const
const { pattern, except } = insuranceNumberForm

/** Ten digits, not all zeros (QĐ 4750, MA_BHXH); printed as `01 2345 6789`. */
export const {
  is: isInsuranceNumber,
  parse: parseInsuranceNumber,
  format: formatInsuranceNumber,
} = identifier<InsuranceNumber>({ form: pattern, except, groups: [2, 4, 4] })
