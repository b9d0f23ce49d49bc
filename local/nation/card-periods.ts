import type { ObjectCode } from '../../lambdas/registry/object-codes.ts'
import { addYears, type DayNumber, dayNumber, yearOf } from './calendar.ts'
import type { Random } from './random.ts'

export interface Period {
  readonly from: DayNumber
  /** None while it stays open. */
  readonly to: DayNumber | undefined
}

/** A child's card counts until the sixth birthday, and for those who turn six before school begins until 30 September. */
export function childCardEnd(birth: DayNumber): DayNumber {
  const sixth = addYears(birth, 6)
  return Math.max(sixth, dayNumber(yearOf(sixth), 10, 1)) - 1
}

/** A period of cover that includes the day. */
export function periodAround(random: Random, code: ObjectCode, birth: DayNumber, day: DayNumber): Period {
  if (code === 'TE') return { from: birth, to: childCardEnd(birth) }
  const earliest = earliestDay(code, birth)
  const kind = drawTerm(random, code)
  if (kind === 'open') return { from: Math.max(earliest, day - random.below(9 * 365)), to: undefined }
  if (kind === 'year')
    return { from: Math.max(earliest, dayNumber(yearOf(day), 1, 1)), to: dayNumber(yearOf(day) + 1, 1, 1) - 1 }
  const from = Math.max(earliest, day - random.below(365))
  return { from, to: addYears(from, 1) - 1 }
}

/** The period of cover that ran out on the day. */
export function periodUntil(random: Random, code: ObjectCode, birth: DayNumber, day: DayNumber): Period {
  if (code === 'TE') return { from: birth, to: day }
  const from = drawTerm(random, code) === 'year' ? dayNumber(yearOf(day), 1, 1) : addYears(day + 1, -1)
  return { from: Math.min(day, Math.max(from, earliestDay(code, birth))), to: day }
}

/** The period that follows one that ends. */
export function periodAfter({ from, to }: { readonly from: DayNumber; readonly to: DayNumber }): Period {
  const wholeYear = from === dayNumber(yearOf(from), 1, 1)
  const next = to + 1
  return { from: next, to: wholeYear ? dayNumber(yearOf(next) + 1, 1, 1) - 1 : addYears(next, 1) - 1 }
}

type Term = 'year' | 'twelve-months' | 'open'

/** How often a group's cards run by the calendar year, for twelve months from any day, or until something ends them. */
const terms: Readonly<Record<string, readonly [year: number, twelveMonths: number]>> = {
  GD: [0.35, 0.65],
  HS: [0.85, 0.15],
  SV: [0.7, 0.3],
  HN: [1, 0],
  CN: [1, 0],
  GB: [0.8, 0.2],
  DT: [1, 0],
  DK: [1, 0],
  XD: [1, 0],
}

function drawTerm(random: Random, code: ObjectCode): Term {
  const [year, twelveMonths] = terms[code] ?? [0.3, 0]
  const drawn = random.next()
  if (drawn < year) return 'year'
  return drawn < year + twelveMonths ? 'twelve-months' : 'open'
}

/** Nobody is a pupil before the child's card ends, nor on social pension before 75. */
function earliestDay(code: ObjectCode, birth: DayNumber): DayNumber {
  return code === 'LH' ? addYears(birth, 75) : childCardEnd(birth) + 1
}
