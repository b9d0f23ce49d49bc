import { rateOf } from '../../registry/benefit-levels.ts'
import type { BirthDate } from '../../registry/birth-date.ts'
import type { Card } from '../../registry/card.ts'
import { type BenefitLevel, type CardNumber, cardNumberParts } from '../../registry/card-number.ts'
import type { Day } from '../../registry/day.ts'
import type { FacilityCode } from '../../registry/facility-code.ts'
import type { HeldPerson } from '../../registry/items.ts'
import { type CardManager, managerOf, type ObjectCode } from '../../registry/object-codes.ts'
import { coverageOn, standingOn } from '../coverage.ts'
import { isSameBirthDate, isSameName } from './identity.ts'
import type { PresentedNumber } from './presented-number.ts'

/** What is shown at the desk. */
export interface Presented {
  readonly number: PresentedNumber
  readonly birthDate: BirthDate
  /** Not compared when absent. */
  readonly fullName?: string
}

export type Verdict = Valid | NotValid

export interface Valid {
  readonly valid: true
  readonly card: Card
  /** The legal one on the day, whatever digit the card carries. */
  readonly level: BenefitLevel
  /** Of the cost in scope. */
  readonly ratePercent: number
  readonly registeredHere: boolean
  /** The full number that was presented is of an older card than the one that counts. */
  readonly supersededNumber: boolean
  readonly manager: CardManager
}

export type NotValid = { readonly valid: false } & (
  | { readonly reason: 'not-found' | 'wrong-birth-date' | 'wrong-name' | 'no-card' | 'died' }
  | { readonly reason: 'not-started'; readonly firstDay: Day }
  | { readonly reason: 'expired'; readonly lastDay: Day }
  | { readonly reason: 'recalled'; readonly recalledOn: Day; readonly recallReason: Card['recallReason'] }
)

/** Whether whoever presents these facts is covered on the day; `holder` is who was found by the number. */
export function verdict(
  holder: HeldPerson | undefined,
  facility: FacilityCode,
  day: Day,
  { number, birthDate, fullName }: Presented,
): Verdict {
  if (!holder || !isHeld(number, holder.cards)) return { valid: false, reason: 'not-found' }
  const { person, cards } = holder
  if (!isSameBirthDate(person.birthDate, birthDate)) return { valid: false, reason: 'wrong-birth-date' }
  if (fullName !== undefined && !isSameName(person.fullName, fullName)) return { valid: false, reason: 'wrong-name' }
  const coverage = coverageOn({ cards, diedOn: person.diedOn }, day)
  switch (coverage.reason) {
    case 'died':
    case 'no-card':
      return { valid: false, reason: coverage.reason }
    case 'not-started':
      return { valid: false, reason: coverage.reason, firstDay: coverage.card.validFrom }
    case 'expired':
      return { valid: false, reason: coverage.reason, lastDay: coverage.card.validTo as Day }
    case 'recalled': {
      const { recalledOn, recallReason } = coverage.card
      return { valid: false, reason: coverage.reason, recalledOn: recalledOn as Day, recallReason }
    }
    case 'in-force': {
      const { card, level } = coverage
      return {
        valid: true,
        card,
        level,
        ratePercent: rateOf(level),
        registeredHere: card.facilityCode === facility,
        supersededNumber: number.cardNumber !== undefined && isSuperseded(number.cardNumber, card, cards, day),
        manager: managerOf(cardNumberParts(card.cardNumber).objectCode as ObjectCode),
      }
    }
  }
}

/** Ten digits find the person; a full number that this person never held is nobody's. */
function isHeld({ cardNumber }: PresentedNumber, cards: readonly Card[]): boolean {
  return cardNumber === undefined || cards.some(card => card.cardNumber === cardNumber)
}

/** A number issued in advance is not superseded, although another card counts. */
function isSuperseded(presented: CardNumber, counting: Card, cards: readonly Card[], day: Day): boolean {
  return (
    presented !== counting.cardNumber &&
    !cards.some(card => card.cardNumber === presented && standingOn(card, day).reason === 'not-started')
  )
}
