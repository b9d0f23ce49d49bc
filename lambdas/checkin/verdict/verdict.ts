import { rateOf } from '../../registry/benefit-levels.ts'
import { type BirthDate, mayBeUnder } from '../../registry/birth-date.ts'
import type { Card, RecallReason } from '../../registry/card.ts'
import { type BenefitLevel, type CardNumber, cardNumberParts } from '../../registry/card-number.ts'
import type { Day } from '../../registry/day.ts'
import type { FacilityCode } from '../../registry/facility-code.ts'
import type { HeldPerson } from '../../registry/items.ts'
import { type CardManager, managerOf, type ObjectCode } from '../../registry/object-codes.ts'
import type { Person } from '../../registry/person.ts'
import { type CardReason, type Counting, type Coverage, coverageOn, standingOn } from '../coverage.ts'
import type { Care } from './care.ts'
import { type BillingCondition, billingConditions } from './conditions.ts'
import { compareNames, isSameBirthDate } from './identity.ts'
import type { PresentedNumber } from './presented-number.ts'
import { type GivenRoute, givenRoute, possibleRoutes, type Route, type Visit, type VisitObjectCode } from './routes.ts'

/** What is shown at the desk. */
export interface Presented {
  readonly number: PresentedNumber
  readonly birthDate: BirthDate
  /** Not compared when absent. */
  readonly fullName?: string
  /** Why the patient is here; without it the possible routes are listed. */
  readonly visitObjectCode?: VisitObjectCode
}

/** Who asks: a facility, and how it is ranked that day, when anybody has ranked it. */
export interface Desk {
  readonly facility: FacilityCode
  readonly care: Care | undefined
}

export type Verdict = Valid | NotValid

export interface Valid {
  readonly valid: true
  readonly person: Person
  /** The card that counts. */
  readonly card: Card
  /** The legal one on the day, whatever digit the card carries. */
  readonly level: BenefitLevel
  /** Of the cost in scope, by the card alone. */
  readonly ratePercent: number
  readonly registeredHere: boolean
  readonly routes: Routes
  readonly conditions: readonly BillingCondition[]
  readonly manager: CardManager
  /** The full number that was presented, when it is of an older card than the one that counts. */
  readonly superseded?: Superseded
  /** Issued in advance, to follow the card that counts. */
  readonly next?: Card
  /** The name was presented with accents that are not the holder's. */
  readonly nameInOtherAccents: boolean
}

export type Routes =
  | { readonly given: GivenRoute }
  /** `determined` is false when nobody has ranked the facility: there may be routes that are not listed. */
  | { readonly possible: readonly Route[]; readonly determined: boolean }

export interface Superseded {
  readonly card: Card
  readonly standing: Exclude<CardReason, 'not-started'>
}

export type NotValid = NobodyMatched | NotCovered

/** Nothing is said of a person who was not identified. */
export type NobodyMatched = { readonly valid: false } & (
  | { readonly reason: 'not-found' | 'wrong-birth-date' }
  | { readonly reason: 'wrong-name'; readonly initialsMatch: boolean }
)

export type NotCovered = { readonly valid: false; readonly person: Person } & (
  | { readonly reason: 'died' | 'no-card' | 'child-without-card' }
  | { readonly reason: 'not-started'; readonly card: Card; readonly firstDay: Day }
  | { readonly reason: 'expired'; readonly card: Card; readonly lastDay: Day }
  | {
      readonly reason: 'recalled'
      readonly card: Card
      readonly recalledOn: Day
      readonly recallReason: RecallReason | undefined
    }
)

/** Whether whoever presents these facts is covered on the day; `holder` is who was found by the number. */
export function verdict(holder: HeldPerson | undefined, desk: Desk, day: Day, presented: Presented): Verdict {
  const { number, birthDate, fullName } = presented
  if (!holder || !isHeld(number, holder.cards)) return { valid: false, reason: 'not-found' }
  const { person, cards } = holder
  if (!isSameBirthDate(person.birthDate, birthDate)) return { valid: false, reason: 'wrong-birth-date' }
  const name = fullName === undefined ? 'same' : compareNames(person.fullName, fullName)
  if (name === 'other' || name === 'initials')
    return { valid: false, reason: 'wrong-name', initialsMatch: name === 'initials' }
  const coverage = coverageOn({ cards, diedOn: person.diedOn }, day)
  if (coverage.reason !== 'in-force') return notCovered(person, coverage, day)
  return { ...covered(holder, coverage, desk, day, presented), nameInOtherAccents: name === 'other-accents' }
}

/** Insured by law until they are six, card or not (Law on health insurance, articles 12 and 28). */
const yearsWithoutCard = 6

function notCovered(person: Person, coverage: Exclude<Coverage, Counting<'in-force'>>, day: Day): NotCovered {
  const no = { valid: false, person } as const
  switch (coverage.reason) {
    case 'died':
      return { ...no, reason: coverage.reason }
    case 'no-card':
      return { ...no, reason: mayBeUnder(yearsWithoutCard, person.birthDate, day) ? 'child-without-card' : 'no-card' }
    case 'not-started':
      return { ...no, reason: coverage.reason, card: coverage.card, firstDay: coverage.card.validFrom }
    case 'expired':
      return { ...no, reason: coverage.reason, card: coverage.card, lastDay: coverage.card.validTo as Day }
    case 'recalled': {
      const { recalledOn, recallReason } = coverage.card
      return { ...no, reason: coverage.reason, card: coverage.card, recalledOn: recalledOn as Day, recallReason }
    }
  }
}

function covered(
  { person, cards }: HeldPerson,
  { card, level }: Counting<'in-force'>,
  { facility, care }: Desk,
  day: Day,
  { number, visitObjectCode }: Presented,
): Omit<Valid, 'nameInOtherAccents'> {
  const ratePercent = rateOf(level)
  const registeredHere = card.facilityCode === facility
  const hardship = card.areaCode !== undefined
  const visit = { day, registeredHere, care, hardship, birthDate: person.birthDate, cardRate: ratePercent }
  const superseded = number.cardNumber && supersededBy(card, number.cardNumber, cards, day)
  const next = followingCard(cards, day)
  return {
    valid: true,
    person,
    card,
    level,
    ratePercent,
    registeredHere,
    routes: routesOf(visit, visitObjectCode),
    conditions: billingConditions(card, ratePercent, day),
    manager: managerOf(cardNumberParts(card.cardNumber).objectCode as ObjectCode),
    ...(superseded && { superseded }),
    ...(next && { next }),
  }
}

function routesOf(visit: Visit, given: VisitObjectCode | undefined): Routes {
  if (given) return { given: givenRoute(given, visit) }
  return { possible: possibleRoutes(visit), determined: visit.care !== undefined }
}

/** Ten digits find the person; a full number that this person never held is nobody's. */
function isHeld({ cardNumber }: PresentedNumber, cards: readonly Card[]): boolean {
  return cardNumber === undefined || cards.some(card => card.cardNumber === cardNumber)
}

/** A card issued in advance is not superseded, nor does it hide that an older one of its number is. */
function supersededBy(counting: Card, presented: CardNumber, cards: readonly Card[], day: Day): Superseded | undefined {
  if (presented === counting.cardNumber) return undefined
  const older = counts(
    cards.filter(card => card.cardNumber === presented && standingOn(card, day).reason !== 'not-started'),
    day,
  )
  return older && { card: older.card, standing: older.reason as Superseded['standing'] }
}

/** The first to begin of the cards that were issued in advance. */
function followingCard(cards: readonly Card[], day: Day): Card | undefined {
  return counts(
    cards.filter(card => standingOn(card, day).reason === 'not-started'),
    day,
  )?.card
}

/** Of some cards, the one that counts most. */
function counts(cards: readonly Card[], day: Day) {
  const coverage = coverageOn({ cards, diedOn: undefined }, day)
  return 'card' in coverage ? coverage : undefined
}
