export type InsuranceNumber = string & { readonly __brand: 'InsuranceNumber' }

/** Ten digits, not all zeros (QĐ 4750, MA_BHXH). */
const insuranceNumber = /^(?!0{10})[0-9]{10}$/

export function isInsuranceNumber(value: unknown): value is InsuranceNumber {
  return typeof value === 'string' && insuranceNumber.test(value)
}

/** What a person wrote or a scanner read, without its spaces, dots and hyphens. */
export function parseInsuranceNumber(text: string): InsuranceNumber | undefined {
  const digits = text.replace(/[\s.-]/g, '')
  return isInsuranceNumber(digits) ? digits : undefined
}

/** As printed on a card: `01 2345 6789`. */
export function formatInsuranceNumber(number: InsuranceNumber): string {
  return `${number.slice(0, 2)} ${number.slice(2, 6)} ${number.slice(6)}`
}
