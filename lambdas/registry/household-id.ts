export type HouseholdId = string & { readonly __brand: 'HouseholdId' }

/** Ten digits, as the register of households (maHo) issues them. */
export const householdIdForm = /^[0-9]{10}$/

export function isHouseholdId(value: unknown): value is HouseholdId {
  return typeof value === 'string' && householdIdForm.test(value)
}

export function parseHouseholdId(text: string): HouseholdId | undefined {
  const digits = text.trim()
  return isHouseholdId(digits) ? digits : undefined
}

export function formatHouseholdId(id: HouseholdId): string {
  return `${id.slice(0, 5)} ${id.slice(5)}`
}
