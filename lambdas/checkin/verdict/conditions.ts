import { baseSalaryOn } from '../../registry/benefit-levels.ts'
import type { Card } from '../../registry/card.ts'
import type { Day } from '../../registry/day.ts'

/**
 * What would raise the rate, and only billing can know: the cost of the visit, or what the patient has paid this year. Never applied
 * here. Amounts are VND.
 */
export type BillingCondition =
  | { readonly code: 'small-visit'; readonly visitCostBelow: number; readonly ratePercent: 100 }
  | { readonly code: 'own-payment'; readonly ownPaymentAbove: number; readonly ratePercent: 100 }

/** None for a card that pays in full already, or on a day for which no base salary is known. */
export function billingConditions(card: Card, cardRate: number, day: Day): readonly BillingCondition[] {
  const salary = baseSalaryOn(day)
  if (cardRate === 100 || !salary) return []
  const { smallVisitBelow, ownPaymentAbove } = salary
  const fiveYears = card.fiveYearsFrom !== undefined && card.fiveYearsFrom <= day
  return [
    { code: 'small-visit', visitCostBelow: smallVisitBelow, ratePercent: 100 },
    ...(fiveYears ? [{ code: 'own-payment', ownPaymentAbove, ratePercent: 100 } as const] : []),
  ]
}
