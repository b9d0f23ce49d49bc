export type NationalId = string & { readonly __brand: 'NationalId' }

/**
 * Twelve digits: `0` and the former code of the province where the birth was registered, a digit for century and sex,
 * two for the year, six at random. It replaces the insurance number from 1 August 2025 (CV 1804/BHXH-QLT).
 * Neither sex, birth date nor residence may be read from it.
 */
export const nationalIdForm = /^0[0-9]{11}$/

export function isNationalId(value: unknown): value is NationalId {
  return typeof value === 'string' && nationalIdForm.test(value)
}

export function parseNationalId(text: string): NationalId | undefined {
  const digits = text.replace(/[\s.-]/g, '')
  return isNationalId(digits) ? digits : undefined
}

/** As printed on an identity card: `001 060 123456`. */
export function formatNationalId(id: NationalId): string {
  return `${id.slice(0, 3)} ${id.slice(3, 6)} ${id.slice(6)}`
}
