import { type AreaCode, contributionShare } from '../../lambdas/registry/benefit-levels.ts'
import type { Card } from '../../lambdas/registry/card.ts'
import type { CardNumber } from '../../lambdas/registry/card-number.ts'
import type { FacilityCode } from '../../lambdas/registry/facility-code.ts'
import type { InsuranceNumber } from '../../lambdas/registry/insurance-number.ts'
import { levelOf, type ObjectCode } from '../../lambdas/registry/object-codes.ts'
import type { FormerProvinceCode } from '../../lambdas/registry/provinces.ts'
import { addYears, ageOn, type DayNumber, dayOfNumber } from './calendar.ts'
import { childCardEnd, type Period, periodAfter, periodAround, periodUntil } from './card-periods.ts'
import { drawFacility } from './places.ts'
import type { MemberPlan } from './plan.ts'
import type { Random } from './random.ts'

/** What a member's cards need beside his or her own plan. */
export interface Insured {
  readonly code: ObjectCode
  readonly number: InsuranceNumber
  /** On the cards issued before the number was replaced. */
  readonly formerNumber: InsuranceNumber | undefined
  readonly formerProvinceCode: FormerProvinceCode
  readonly areaCode: AreaCode | undefined
  readonly homeFacility: FacilityCode
  /** Among the members who enrol together. */
  readonly enrolmentOrder: number
}

/** A card before it is written: when it counts, and what ended it. */
interface Issue {
  readonly code: ObjectCode
  readonly period: Period
  readonly recall?: { readonly on: DayNumber; readonly reason: Card['recallReason'] }
  readonly issuedOn?: DayNumber
}

/** All cards that a member has held, the oldest first. */
export function cardHistory(random: Random, plan: MemberPlan, insured: Insured, today: DayNumber): readonly Card[] {
  const latest = latestIssues(random, plan, insured.code, today)
  const earlier = earlierIssues(random, plan, insured, latest[0] as Issue)
  const issues = [...earlier, ...latest]
  const facility = drawHomeFacility(random, insured)
  const since = Math.max(plan.birth, (issues[0] as Issue).period.from - random.below(3000))
  const fiveYears = random.chance(0.8) ? dayOfNumber(addYears(since, 5)) : undefined
  return issues.map((issue, position) => {
    const issuedOn = issue.issuedOn ?? drawIssueDay(random, issue, plan.birth, today)
    const number = position < earlier.length ? (insured.formerNumber ?? insured.number) : insured.number
    const kept =
      position === issues.length - 1 || (issue.recall?.reason !== 'moved-within-province' && random.chance(0.9))
    return {
      cardNumber: cardNumber(issue.code, issuedOn, insured.formerProvinceCode, number),
      validFrom: dayOfNumber(issue.period.from),
      ...(issue.period.to !== undefined && { validTo: dayOfNumber(issue.period.to) }),
      facilityCode: kept ? facility : drawFacility(random, facility.slice(0, 2)),
      ...(insured.areaCode && { areaCode: insured.areaCode }),
      ...(fiveYears && issue.code !== 'TE' && { fiveYearsFrom: fiveYears }),
      issuedOn: dayOfNumber(issuedOn),
      ...(issue.recall && { recalledOn: dayOfNumber(issue.recall.on), recallReason: issue.recall.reason }),
      ...(issue.code === 'GD' && {
        enrolmentOrder: insured.enrolmentOrder,
        contributionShare: contributionShare(insured.enrolmentOrder),
      }),
    }
  })
}

/** The card that counts, or did last, and what stands beside it. */
function latestIssues(random: Random, plan: MemberPlan, code: ObjectCode, today: DayNumber): readonly Issue[] {
  if (plan.diedOn !== undefined) return [heldAtDeath(random, plan, code, plan.diedOn)]
  if (plan.cover === 'lapsed' && code !== 'TE') return [lapsed(random, plan, code, today - random.between(366, 800))]
  const current = { code, period: currentPeriod(random, plan, code, today) }
  if (plan.cover === 'renewed-ahead') return [current, ...issuedAhead(random, current, today)]
  if (plan.cover === 'in-force' || plan.cover === 'lapsed' || current.period.from >= today - 1) return [current]
  return recalled(current, plan.cover, random.between(current.period.from + 1, today - 1))
}

function heldAtDeath(random: Random, plan: MemberPlan, code: ObjectCode, diedOn: DayNumber): Issue {
  const held = codeOn(code, plan.birth, diedOn)
  return { code: held, period: periodAround(random, held, plan.birth, diedOn), recall: { on: diedOn, reason: 'died' } }
}

function lapsed(random: Random, plan: MemberPlan, code: ObjectCode, day: DayNumber): Issue {
  const held = codeOn(code, plan.birth, day)
  const { from, to = day } = periodAround(random, held, plan.birth, day)
  return { code: held, period: { from, to } }
}

function currentPeriod(random: Random, plan: MemberPlan, code: ObjectCode, today: DayNumber): Period {
  if (!plan.card) return periodAround(random, code, plan.birth, today)
  const { begins, open } = plan.card
  return { from: begins, to: open ? undefined : addYears(begins, 1) - 1 }
}

/** None while the card runs for longer than 75 days. */
function issuedAhead(random: Random, { code, period: { from, to } }: Issue, today: DayNumber): readonly Issue[] {
  if (to === undefined || to > today + 75 || code === 'TE') return []
  return [{ code, period: periodAfter({ from, to }), issuedOn: today - random.between(1, 20) }]
}

/** The recalled card and the one that counts instead; a decrease leaves none. */
function recalled(
  current: Issue,
  reason: 'reissued' | 'moved-within-province' | 'duplicate' | 'decreased',
  on: DayNumber,
): readonly Issue[] {
  const { code, period } = current
  const recall = { on, reason }
  if (reason === 'decreased') return [{ ...current, recall }]
  if (reason === 'duplicate') return [current, { code, period: { from: period.from + 1, to: period.to }, recall }]
  return [
    { ...current, recall },
    { code, period: { from: on, to: period.to }, issuedOn: on },
  ]
}

/** One period before the other, as far back as the plan says and the person lived. */
function earlierIssues(
  random: Random,
  plan: MemberPlan,
  { code, formerNumber }: Insured,
  next: Issue,
): readonly Issue[] {
  const issues: Issue[] = []
  const wanted = formerNumber ? Math.max(1, plan.earlierCards) : plan.earlierCards
  for (let to = next.period.from - 1; issues.length < wanted && to >= plan.birth; ) {
    const changed = ageOn(plan.birth, to) >= 18 && random.chance(0.2) ? ('GD' as ObjectCode) : code
    const held = codeOn(changed, plan.birth, to)
    const period = periodUntil(random, held, plan.birth, to)
    issues.unshift({ code: held, period })
    to = period.from - 1
  }
  return issues
}

/** The group on an earlier day of somebody who is in a group today. */
function codeOn(code: ObjectCode, birth: DayNumber, day: DayNumber): ObjectCode {
  if (day <= childCardEnd(birth)) return 'TE' as ObjectCode
  const age = ageOn(birth, day)
  if (age < 18 && !anyAge.has(code)) return 'HS' as ObjectCode
  return code === 'LH' && age < 75 ? ('GD' as ObjectCode) : code
}

/** Groups that take in whole households or places, children as well. */
const anyAge: ReadonlySet<string> = new Set(['HN', 'CN', 'GB', 'GD', 'DT', 'DK', 'XD', 'BT', 'TQ', 'TA', 'TY'])

/** A few days before the card counts, now and then after; a child's card when the birth is registered. Never after the recall. */
function drawIssueDay(random: Random, { code, period, recall }: Issue, birth: DayNumber, today: DayNumber): DayNumber {
  const usual = code === 'TE' ? birth + random.between(3, 45) : period.from - random.between(-4, 25)
  return Math.max(birth, Math.min(usual, today - 1, recall?.on ?? today))
}

function drawHomeFacility(random: Random, { code, formerProvinceCode, homeFacility }: Insured): FacilityCode {
  const prefix = issuer(code, formerProvinceCode)
  if (prefix !== formerProvinceCode || random.chance(0.35)) return drawFacility(random, prefix)
  return homeFacility
}

function cardNumber(code: ObjectCode, issuedOn: DayNumber, province: string, number: InsuranceNumber): CardNumber {
  return `${code}${levelOf(code, dayOfNumber(issuedOn))}${issuer(code, province)}${number}` as CardNumber
}

/** The serving military and cipher staff are registered under 97, the police under 98, everybody else where they live. */
function issuer(code: ObjectCode, province: string): string {
  if (code === 'QN' || code === 'CY') return '97'
  return code === 'CA' ? '98' : province
}
