import list from '../../../reference/visit-object-codes.json' with { type: 'json' }
import { type BirthDate, lastBirthDay } from '../../registry/birth-date.ts'
import { type Dated, inForce } from '../../registry/dated.ts'
import { addDays, type Day } from '../../registry/day.ts'
import type { Bilingual } from '../../shared/bilingual.ts'
import type { Care, CareLevel, FormerStanding, Points } from './care.ts'

/** A code of MA_DOITUONG_KCB: why a patient is at this facility. */
export type VisitObjectCode = string & { readonly __brand: 'VisitObjectCode' }

/** Percent of the cost in scope that is paid; a stay that is absent is not for that route, null is not determined. */
export interface StayRates {
  readonly outpatient?: number | null
  readonly inpatient?: number | null
}

export interface Route {
  readonly visitObjectCode: VisitObjectCode
  readonly ratePercent: StayRates
}

/** A route that the facility gave, and whether this patient can be here by it, as far as the lists tell. */
export interface GivenRoute extends Route {
  readonly fits: 'yes' | 'no' | 'not-determined'
}

/** Who stands where, as far as a route depends on it. */
export interface Visit {
  readonly day: Day
  readonly registeredHere: boolean
  /** None when nobody has ranked the facility for that day. */
  readonly care: Care | undefined
  readonly hardship: boolean
  readonly birthDate: BirthDate
  /** Percent, of the card. */
  readonly cardRate: number
}

interface Where {
  readonly registered?: 'here' | 'elsewhere'
  readonly care?: {
    readonly levels?: readonly CareLevel[]
    readonly paidInFull?: boolean
    readonly formerly?: readonly FormerStanding[]
    readonly points?: Points
  }
  readonly hardship?: true
  readonly newborn?: true
}

type Stay = keyof StayRates

interface VisitObject extends Dated {
  readonly code: VisitObjectCode
  /** Whether it is a way to come, which is offered. */
  readonly listed?: false
  readonly name: Bilingual
  readonly of: 'level' | 'cost'
  readonly pays: Readonly<Partial<Record<Stay, readonly (Dated & { readonly percent: number | null })[]>>>
  readonly where: Where
}

const visitObjects = new Map((list.codes as object as readonly VisitObject[]).map(row => [row.code, row]))

export function isVisitObjectCode(value: unknown): value is VisitObjectCode {
  return visitObjects.has(value as VisitObjectCode)
}

export function visitObjectName(code: VisitObjectCode): Bilingual {
  return (visitObjects.get(code) as VisitObject).name
}

/** Every way in which the patient may be here that day, where nothing that is known speaks against it. */
export function possibleRoutes(visit: Visit): readonly Route[] {
  return [...visitObjects.values()]
    .filter(row => row.listed !== false && inForce(row, visit.day) && fits(row.where, visit) === 'yes')
    .map(row => routeOf(row, visit))
}

export function givenRoute(code: VisitObjectCode, visit: Visit): GivenRoute {
  const row = visitObjects.get(code) as VisitObject
  return { ...routeOf(row, visit), fits: inForce(row, visit.day) ? fits(row.where, visit) : 'no' }
}

function routeOf({ code, of, pays }: VisitObject, { day, cardRate }: Visit): Route {
  const ratePercent = Object.fromEntries(
    Object.entries(pays).map(([stay, periods]) => {
      const percent = periods.find(period => inForce(period, day))?.percent ?? null
      return [stay, percent === null || of === 'cost' ? percent : (percent * cardRate) / 100]
    }),
  )
  return { visitObjectCode: code, ratePercent }
}

function fits({ registered, care, hardship, newborn }: Where, visit: Visit): GivenRoute['fits'] {
  if (registered && (registered === 'here') !== visit.registeredHere) return 'no'
  if (hardship && !visit.hardship) return 'no'
  if (newborn && addDays(lastBirthDay(visit.birthDate), list.newbornDays) < visit.day) return 'no'
  if (!care) return 'yes'
  if (!visit.care) return 'not-determined'
  return isAmong(care, visit.care) ? 'yes' : 'no'
}

function isAmong({ levels, paidInFull, formerly, points }: NonNullable<Where['care']>, care: Care): boolean {
  return (
    (levels?.includes(care.level) ?? true) &&
    (paidInFull === undefined || paidInFull === care.paidInFull) &&
    (formerly === undefined || (care.formerly !== undefined && formerly.includes(care.formerly))) &&
    (points === undefined || points === care.points)
  )
}
