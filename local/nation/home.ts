import type { Contribution } from '../../lambdas/registry/contribution.ts'
import type { Household } from '../../lambdas/registry/household.ts'
import { type DayNumber, dayOfNumber } from './calendar.ts'
import { contributionHistory } from './contribution-history.ts'
import type { Identifiers } from './identifiers.ts'
import { type Member, memberOf } from './member.ts'
import type { Place } from './places.ts'
import type { HomePlan, MemberPlan } from './plan.ts'
import type { Random } from './random.ts'

export interface Home {
  readonly household: Household
  readonly members: readonly Member[]
  /** In the order of the members. */
  readonly contributions: readonly Contribution[]
}

/** How many households and people the nation has before this one. */
export interface Position {
  readonly households: number
  readonly people: number
}

/** Chance for what somebody is, and for the work somebody does: each a stream of its own, so that one can grow without the other. */
export interface Chances {
  readonly life: Random
  readonly work: Random
}

/** The records of a planned household. */
export function homeOf(
  { life: random, work }: Chances,
  issue: Identifiers,
  plan: HomePlan,
  before: Position,
  today: DayNumber,
): Home {
  const { place, ethnicCode } = plan
  const householdId = issue.householdId(before.households)
  const addressLine = drawAddress(random, place)
  const orders = enrolmentOrders(plan)
  const members = plan.members.map((member, position) => {
    const inNation = { index: before.people + position, householdId }
    const inHousehold = { householdOrder: position + 1, enrolmentOrder: orders[position] ?? 1 }
    return memberOf(random, issue, member, { ...inNation, ...inHousehold, addressLine, place, ethnicCode }, today)
  })
  const head = members[0]?.person
  const household: Household = {
    householdId,
    ...(head && head.diedOn === undefined && { headPersonId: head.personId }),
    addressLine,
    wardCode: place.wardCode,
    provinceCode: place.provinceCode,
    formerProvinceCode: place.formerProvinceCode,
    registeredOn: dayOfNumber(today - random.between(1, 3800)),
    state: members.every(({ person }) => person.diedOn !== undefined) ? 'closed' : 'active',
  }
  const contributions = members.flatMap(({ person }, position) =>
    contributionHistory(work, plan.members[position] as MemberPlan, { personId: person.personId, place }, today),
  )
  return { household, members, contributions }
}

/** The members who pay for themselves count from 1; whoever does not enrol with them would be the next. */
function enrolmentOrders({ members }: HomePlan): readonly number[] {
  let enrolled = 0
  return members.map(({ objectCode }) => (objectCode === 'GD' ? ++enrolled : enrolled + 1))
}

function drawAddress(random: Random, { urban }: Place): string {
  if (!urban) return `Thôn ${random.between(1, 18)}`
  const alley = random.chance(0.4) ? ` ngõ ${random.between(1, 90)}` : ''
  return `Số ${random.between(1, 400)}${alley}, tổ dân phố ${random.between(1, 30)}`
}
