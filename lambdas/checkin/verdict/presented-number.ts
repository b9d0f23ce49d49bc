import { type CardNumber, cardNumberParts, parseCardNumber } from '../../registry/card-number.ts'
import { type InsuranceNumber, isInsuranceNumber, parseInsuranceNumber } from '../../registry/insurance-number.ts'
import { type NationalId, parseNationalId } from '../../registry/national-id.ts'

export interface PresentedNumber {
  /** By which the person is found. */
  readonly number: InsuranceNumber | NationalId
  /** When all fifteen characters were presented. */
  readonly cardNumber?: CardNumber
}

/** An insurance number (10 digits), a national id (12) or a full card number (15); spaces, dots, hyphens and lower case are read. */
export function parsePresentedNumber(text: string): PresentedNumber | undefined {
  const cardNumber = parseCardNumber(text)
  if (cardNumber) {
    const { insuranceNumber } = cardNumberParts(cardNumber)
    return isInsuranceNumber(insuranceNumber) ? { number: insuranceNumber, cardNumber } : undefined
  }
  const number = parseInsuranceNumber(text) ?? parseNationalId(text)
  return number && { number }
}
