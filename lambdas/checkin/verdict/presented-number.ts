import { type CardNumber, cardNumberParts, parseCardNumber } from '../../registry/card-number.ts'
import { type InsuranceNumber, isInsuranceNumber, parseInsuranceNumber } from '../../registry/insurance-number.ts'
import { type NationalId, parseNationalId } from '../../registry/national-id.ts'

export interface PresentedNumber {
  /** By which the person is found. */
  readonly number: InsuranceNumber | NationalId
  /** When all fifteen characters were presented. */
  readonly cardNumber?: CardNumber
}

/**
 * An insurance number (10 digits), a national id (12) or a full card number (15); spaces, dots, hyphens and lower case are read.
 * CV 2746/BHXH-CNTT admits 17 characters without saying which: they are read as a card number and two more, which are not compared.
 */
export function parsePresentedNumber(text: string): PresentedNumber | undefined {
  const cardNumber = parseCardNumber(cardNumberIn(text))
  if (cardNumber) {
    const { insuranceNumber } = cardNumberParts(cardNumber)
    return isInsuranceNumber(insuranceNumber) ? { number: insuranceNumber, cardNumber } : undefined
  }
  const number = parseInsuranceNumber(text) ?? parseNationalId(text)
  return number && { number }
}

function cardNumberIn(text: string): string {
  const [, number] = /^([A-Z]{2}[1-5][0-9]{12})[0-9A-Z]{2}$/i.exec(text.replace(/[\s.-]/g, '')) ?? []
  return number ?? text
}
