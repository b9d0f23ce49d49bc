import type { Contribution, Scheme } from '../../lambdas/registry/contribution.ts'
import { type Month, monthOf } from '../../lambdas/registry/month.ts'
import type { PersonId } from '../../lambdas/registry/person-id.ts'
import { provinceCodes } from '../../lambdas/registry/provinces.ts'
import { addYears, ageOn, type DayNumber, dayNumber, dayOfNumber } from './calendar.ts'
import type { Place } from './places.ts'
import type { MemberPlan } from './plan.ts'
import type { Random } from './random.ts'
import { voluntaryShare, workCodes } from './shape.ts'

/** Whose contributions they are, and where that person lives. */
export interface Contributor {
  readonly personId: PersonId
  readonly place: Place
}

/** Somebody's time with one employer, on one salary. */
interface Job {
  readonly from: DayNumber
  /** None while it goes on. */
  readonly to: DayNumber | undefined
  readonly employer: Pick<Contribution, 'employerCode' | 'employerName' | 'agencyCode' | 'provinceCode'>
  readonly salaryBase: number
}

/** All that a member has contributed: through work to every scheme, by own choice to social insurance alone. */
export function contributionHistory(
  random: Random,
  plan: MemberPlan,
  { personId, place }: Contributor,
  today: DayNumber,
): readonly Contribution[] {
  const insuredThrough = contributes(random, plan, today)
  if (!insuredThrough) return []
  const jobs = drawJobs(random, plan, place, insuredThrough, today)
  return schemesOf[insuredThrough].flatMap(scheme =>
    jobs
      .filter(({ to = today }) => to >= begins[scheme])
      .map(({ from, to, employer, salaryBase }) => ({
        personId,
        scheme,
        firstMonth: monthOfNumber(Math.max(from, begins[scheme])),
        ...(to !== undefined && { lastMonth: monthOfNumber(to) }),
        ...employer,
        salaryBase,
      })),
  )
}

type Through = 'work' | 'choice'

const schemesOf: Readonly<Record<Through, readonly Scheme[]>> = {
  work: ['health', 'social', 'unemployment'],
  choice: ['social'],
}

/** Compulsory social insurance since 1995, health insurance with a card each since 1998, unemployment insurance since 2009. */
const begins: Readonly<Record<Scheme, DayNumber>> = {
  social: dayNumber(1995, 1, 1),
  health: dayNumber(1998, 9, 1),
  unemployment: dayNumber(2009, 1, 1),
}

const throughWork: ReadonlySet<string> = new Set(workCodes.map(([code]) => code))

function contributes(random: Random, { objectCode, birth }: MemberPlan, today: DayNumber): Through | undefined {
  if (objectCode && throughWork.has(objectCode)) return 'work'
  const age = ageOn(birth, today)
  return age >= 18 && age < 60 && random.chance(voluntaryShare) ? 'choice' : undefined
}

/** Up to four, one after the other, the last one still going on unless its holder died. */
function drawJobs(
  random: Random,
  { birth, diedOn }: MemberPlan,
  place: Place,
  through: Through,
  today: DayNumber,
): readonly Job[] {
  const adult = addYears(birth, 18)
  const end = diedOn ?? today
  const jobs: Job[] = []
  let from = Math.max(begins.social, Math.min(adult + random.below(2500), end - 60))
  let salaryBase = random.between(45, 120) * 100_000
  for (const left = random.between(1, 4); from < end - 90; ) {
    const last = jobs.length + 1 === left
    const to = last ? end : Math.min(end, from + random.between(200, 3000))
    jobs.push({
      from,
      to: to === end && diedOn === undefined ? undefined : to,
      employer: through === 'work' ? drawEmployer(random, place) : agent(place),
      salaryBase,
    })
    if (to === end) break
    from = to + random.between(31, 200)
    salaryBase = Math.min(46_800_000, Math.round((salaryBase * (1 + random.next() / 2)) / 100_000) * 100_000)
  }
  return jobs
}

/** Some work in another province than they live in, and contribute there. */
function drawEmployer(random: Random, place: Place): Job['employer'] {
  const provinceCode = random.chance(0.08)
    ? (provinceCodes[random.below(provinceCodes.length)] as Contribution['provinceCode'])
    : place.provinceCode
  const number = random.between(1, 900)
  return {
    employerCode: `DN${provinceCode}${String(number).padStart(4, '0')}`,
    employerName: `Công ty Tổng hợp ${number}`,
    agencyCode: `${provinceCode}${String(1 + (number % 12)).padStart(3, '0')}`,
    provinceCode,
  }
}

/** The commune's own, who collects from those who pay for themselves. */
function agent({ provinceCode, wardCode }: Place): Job['employer'] {
  return {
    employerCode: `DL${wardCode}`,
    agencyCode: `${provinceCode}${String(1 + (Number(wardCode) % 12)).padStart(3, '0')}`,
    provinceCode,
  }
}

function monthOfNumber(day: DayNumber): Month {
  return monthOf(dayOfNumber(day))
}
