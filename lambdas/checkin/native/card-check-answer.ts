import type { Card } from '../../registry/card.ts'
import { cardNumberParts } from '../../registry/card-number.ts'
import type { Day } from '../../registry/day.ts'
import type { FacilityCode } from '../../registry/facility-code.ts'
import type { Bilingual } from '../../shared/bilingual.ts'
import { conditionSaid, deskReason, deskRemark, type Remark } from '../verdict/desk-reasons.ts'
import { type GivenRoute, type Route, visitObjectName } from '../verdict/routes.ts'
import type { NotValid, Routes, Valid, Verdict } from '../verdict/verdict.ts'

/** The native dialect's answer; which of number, birth date and name was wrong, it does not tell. */
export type CardCheckAnswer = ReturnType<typeof cardCheckAnswer>

export function cardCheckAnswer(verdict: Verdict, facility: FacilityCode, serviceDate: Day) {
  const answer = verdict.valid ? validAnswer(verdict) : notValidAnswer(verdict)
  const { text, basis } = deskReason(answer.valid ? 'valid' : answer.reason)
  return { facility, serviceDate, ...answer, message: text, basis }
}

export type RouteAnswer = (Route | GivenRoute) & { readonly name: Bilingual }

function validAnswer(verdict: Valid) {
  const { valid, card, level, ratePercent, registeredHere, routes, conditions, manager, superseded, next } = verdict
  return {
    valid,
    level,
    ratePercent,
    registeredHere,
    manager,
    card: cardSaid(card),
    ...(superseded && { superseded: { number: superseded.card.cardNumber, standing: superseded.standing } }),
    ...(next && { next: cardSaid(next) }),
    ...routesSaid(routes),
    conditions: conditions.map(condition => ({ ...condition, ...conditionSaid(condition.code) })),
    remarks: remarksOn(verdict).map(code => ({ code, ...deskRemark(code) })),
  }
}

function cardSaid({ cardNumber, validFrom, validTo, facilityCode, areaCode, fiveYearsFrom }: Card) {
  return { number: cardNumber, validFrom, validTo, facilityCode, areaCode, fiveYearsFrom }
}

type RoutesAnswer =
  | { readonly route: RouteAnswer; readonly routes?: never }
  | { readonly routes: readonly RouteAnswer[]; readonly routesDetermined: boolean; readonly route?: never }

function routesSaid(routes: Routes): RoutesAnswer {
  if ('given' in routes) return { route: routeSaid(routes.given) }
  return { routes: routes.possible.map(routeSaid), routesDetermined: routes.determined }
}

function routeSaid(route: Route | GivenRoute): RouteAnswer {
  return { ...route, name: visitObjectName(route.visitObjectCode) }
}

function remarksOn({ card, level, routes, manager, superseded, next, nameInOtherAccents }: Valid): readonly Remark[] {
  const holds: Readonly<Record<Remark, boolean>> = {
    'managed-by-defence': manager === 'defence',
    'managed-by-public-security': manager === 'public-security',
    'card-superseded': superseded !== undefined,
    'card-follows': next !== undefined,
    'level-by-law': level !== cardNumberParts(card.cardNumber).printedLevel,
    'name-in-other-accents': nameInOtherAccents,
    'route-not-determined': 'given' in routes ? routes.given.fits === 'not-determined' : !routes.determined,
    'route-does-not-fit': 'given' in routes && routes.given.fits === 'no',
  }
  return (Object.keys(holds) as Remark[]).filter(remark => holds[remark])
}

function notValidAnswer(verdict: NotValid) {
  switch (verdict.reason) {
    case 'not-found':
    case 'wrong-birth-date':
    case 'wrong-name':
      return { valid: false, reason: 'not-matched' } as const
    case 'died':
    case 'no-card':
    case 'child-without-card':
      return { valid: false, reason: verdict.reason } as const
    case 'not-started':
      return { valid: false, reason: verdict.reason, firstDay: verdict.firstDay } as const
    case 'expired':
      return { valid: false, reason: verdict.reason, lastDay: verdict.lastDay } as const
    case 'recalled': {
      const { reason, recalledOn, recallReason } = verdict
      return { valid: false, reason, recalledOn, recallReason } as const
    }
  }
}
