import type { Day } from '../../registry/day.ts'
import type { FacilityCode } from '../../registry/facility-code.ts'
import { deskReason } from '../verdict/desk-reasons.ts'
import type { NotValid, Valid, Verdict } from '../verdict/verdict.ts'

/** The native dialect's answer; which of number, birth date and name was wrong, it does not tell. */
export type CardCheckAnswer = ReturnType<typeof cardCheckAnswer>

export function cardCheckAnswer(verdict: Verdict, facility: FacilityCode, serviceDate: Day) {
  const said = verdict.valid ? validAnswer(verdict) : notValidAnswer(verdict)
  const { text, basis } = deskReason(said.valid ? 'valid' : said.reason)
  return { facility, serviceDate, ...said, message: text, basis }
}

function validAnswer({ card, ...verdict }: Valid) {
  const { cardNumber, validFrom, validTo, facilityCode, areaCode, fiveYearsFrom } = card
  return { ...verdict, card: { number: cardNumber, validFrom, validTo, facilityCode, areaCode, fiveYearsFrom } }
}

function notValidAnswer(verdict: NotValid) {
  switch (verdict.reason) {
    case 'not-found':
    case 'wrong-birth-date':
    case 'wrong-name':
      return { valid: false, reason: 'not-matched' } as const
    default:
      return verdict
  }
}
