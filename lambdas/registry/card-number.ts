import { identifier } from './identifier.ts'

export type CardNumber = string & { readonly __brand: 'CardNumber' }

export interface CardNumberParts {
  readonly objectCode: string
  /** As printed: a legal override may have raised it since. */
  readonly printedLevel: BenefitLevel
  /** One of the 63 former codes, 97 for defence or 98 for the police. */
  readonly provinceCode: string
  readonly insuranceNumber: string
}

export type BenefitLevel = 1 | 2 | 3 | 4 | 5

export const cardNumberForm = /^[A-Z]{2}[1-5][0-9]{12}$/

/**
 * Fifteen characters: object (2 letters), benefit level (1 to 5), province (2 digits), insurance number (10 digits). QĐ 1351/QĐ-BHXH
 * 2015. Printed as `DN 4 01 0123456789`.
 */
export const {
  is: isCardNumber,
  parse: parseCardNumber,
  format: formatCardNumber,
} = identifier<CardNumber>({ form: cardNumberForm, groups: [2, 1, 2, 10] })

export function cardNumberParts(number: CardNumber): CardNumberParts {
  return {
    objectCode: number.slice(0, 2),
    printedLevel: Number(number[2]) as BenefitLevel,
    provinceCode: number.slice(3, 5),
    insuranceNumber: number.slice(5),
  }
}
