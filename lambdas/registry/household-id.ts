import { identifier } from './identifier.ts'

export type HouseholdId = string & { readonly __brand: 'HouseholdId' }

/** Ten digits, as the register of households (maHo) issues them; printed as `01234 56789`. */
export const {
  is: isHouseholdId,
  parse: parseHouseholdId,
  format: formatHouseholdId,
} = identifier<HouseholdId>({ form: /^[0-9]{10}$/, groups: [5, 5] })
