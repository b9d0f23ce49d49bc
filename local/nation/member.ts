import type { AreaCode } from '../../lambdas/registry/benefit-levels.ts'
import type { BirthDate } from '../../lambdas/registry/birth-date.ts'
import type { Card } from '../../lambdas/registry/card.ts'
import type { Day } from '../../lambdas/registry/day.ts'
import type { EthnicCode } from '../../lambdas/registry/ethnic-groups.ts'
import type { HouseholdId } from '../../lambdas/registry/household-id.ts'
import { isArmedForces } from '../../lambdas/registry/object-codes.ts'
import type { Person } from '../../lambdas/registry/person.ts'
import { type DayNumber, dayNumber, dayOfNumber, yearOf } from './calendar.ts'
import { cardHistory } from './card-history.ts'
import { relationshipCode } from './family.ts'
import type { Identifiers } from './identifiers.ts'
import { drawBirthProvince, type Place } from './places.ts'
import type { MemberPlan } from './plan.ts'
import type { Random } from './random.ts'
import { nationalIdShare, verifiedShares } from './shape.ts'

export interface Member {
  readonly person: Person
  /** The oldest first. */
  readonly cards: readonly Card[]
}

/** What a member has from the household. */
export interface Seat {
  readonly householdId: HouseholdId
  readonly addressLine: string
  readonly place: Place
  readonly ethnicCode: EthnicCode
  readonly householdOrder: number
  readonly enrolmentOrder: number
  /** Among all people of the nation, from 0. */
  readonly index: number
}

export function memberOf(random: Random, issue: Identifiers, plan: MemberPlan, seat: Seat, today: DayNumber): Member {
  const cards = drawCards(random, issue, plan, seat, today)
  const identity = drawIdentity(random, plan, verifiedShareOf(plan, cards, dayOfNumber(today)), today)
  return { person: drawPerson(random, issue, plan, seat, identity), cards }
}

function drawCards(
  random: Random,
  issue: Identifiers,
  plan: MemberPlan,
  { place, ethnicCode, enrolmentOrder, index }: Seat,
  today: DayNumber,
): readonly Card[] {
  if (!plan.objectCode) return []
  const insured = {
    code: plan.objectCode,
    number: issue.insuranceNumber(index, plan.insuranceNumber === 'lent' ? 'lent' : 'present'),
    formerNumber: plan.numberReplaced ? issue.insuranceNumber(index, 'former') : undefined,
    formerProvinceCode: plan.movedFrom ?? place.formerProvinceCode,
    areaCode: areaOfCard(place, ethnicCode !== '01' || plan.objectCode === 'HN'),
    homeFacility: place.facilityCode,
    enrolmentOrder,
  }
  return cardHistory(random, plan, insured, today)
}

/** K1 and K2 are for the minorities and the poor who live there, K3 for everybody on the island. */
function areaOfCard({ areaCode }: Place, minorityOrPoor: boolean): AreaCode | undefined {
  return areaCode === 'K3' || minorityOrPoor ? areaCode : undefined
}

function verifiedShareOf({ objectCode }: MemberPlan, cards: readonly Card[], today: Day): number {
  if (objectCode && isArmedForces(objectCode)) return verifiedShares.armedForces
  return cards.some(card => isInForce(card, today)) ? verifiedShares.participants : verifiedShares.others
}

function isInForce({ validFrom, validTo, recalledOn }: Card, today: Day): boolean {
  return validFrom <= today && (!validTo || today <= validTo) && (!recalledOn || today < recalledOn)
}

type Identity = Pick<Person, 'identityState' | 'identityVerifiedOn'>

/** Verification began in July 2021, with the database of citizens; nobody is verified without a national id. */
function drawIdentity(random: Random, plan: MemberPlan, share: number, today: DayNumber): Identity {
  if (!plan.nationalId) return { identityState: 'unverified' }
  if (!random.chance(share / nationalIdShare))
    return { identityState: random.chance(0.3) ? 'mismatched' : 'unverified' }
  const latest = Math.max(plan.birth, (plan.diedOn ?? today) - 1)
  const earliest = Math.min(latest, Math.max(plan.birth, dayNumber(2021, 7, 1)))
  return { identityState: 'verified', identityVerifiedOn: dayOfNumber(random.between(earliest, latest)) }
}

function drawPerson(random: Random, issue: Identifiers, plan: MemberPlan, seat: Seat, identity: Identity): Person {
  const { place, index } = seat
  const birthProvinceCode = drawBirthProvince(random, place)
  const insured = plan.insuranceNumber === 'own'
  return {
    personId: issue.personId(index),
    householdId: seat.householdId,
    relationshipCode: relationshipCode(plan.relationship),
    householdOrder: seat.householdOrder,
    fullName: plan.fullName,
    birthDate: dayOfNumber(plan.birth).slice(0, birthLengths[plan.birthKnown]) as BirthDate,
    sex: plan.sex,
    ethnicCode: seat.ethnicCode,
    nationality: 'VN',
    ...(plan.nationalId && { nationalId: issue.nationalId(birthProvinceCode, yearOf(plan.birth), plan.sex) }),
    ...(insured && { insuranceNumber: issue.insuranceNumber(index, 'present') }),
    ...(insured && plan.numberReplaced && { formerInsuranceNumber: issue.insuranceNumber(index, 'former') }),
    ...(random.chance(0.97) && { birthProvinceCode }),
    ...(plan.age >= 15 && random.chance(0.72) && { phone: drawPhone(random) }),
    addressLine: seat.addressLine,
    wardCode: place.wardCode,
    provinceCode: place.provinceCode,
    formerProvinceCode: plan.movedFrom ?? place.formerProvinceCode,
    ...identity,
    ...(plan.diedOn !== undefined && { diedOn: dayOfNumber(plan.diedOn) }),
  }
}

const birthLengths = { day: 10, month: 7, year: 4 } as const

/** No operator has numbers that begin with 00. */
function drawPhone(random: Random): string {
  return `+8400${String(random.below(10 ** 8)).padStart(8, '0')}`
}
