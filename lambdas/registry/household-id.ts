import { identifier } from './identifier.ts'

export type HouseholdId = string & { readonly __brand: 'HouseholdId' }

export const householdIdForm = /^[0-9]{10}$/

/** Ten digits, as the register of households (maHo) issues them; printed as `01234 56789`. */
export const {
  is: isHouseholdId,
  parse: parseHouseholdId,
  format: formatHouseholdId,
} = identifier<HouseholdId>({ form: householdIdForm, groups: [5, 5] })
