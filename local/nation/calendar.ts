import type { Day } from '../../lambdas/registry/day.ts'

/** Whole days since 1970-01-01. */
export type DayNumber = number

const millisecondsADay = 86_400_000
const known = new Map<DayNumber, Day>()

export function numberOfDay(day: Day): DayNumber {
  return Date.parse(day) / millisecondsADay
}

/** Remembers what it wrote: a nation has at most some 50,000 different days. */
export function dayOfNumber(number: DayNumber): Day {
  const written = known.get(number)
  if (written) return written
  const day = new Date(number * millisecondsADay).toISOString().slice(0, 10) as Day
  known.set(number, day)
  return day
}

export function yearOf(number: DayNumber): number {
  return Number(dayOfNumber(number).slice(0, 4))
}

/** Months count from 1; a day past the month's end runs into the next month. */
export function dayNumber(year: number, month: number, day: number): DayNumber {
  return Date.UTC(year, month - 1, day) / millisecondsADay
}

/** The same date so many years later; 29 February becomes 1 March. */
export function addYears(number: DayNumber, years: number): DayNumber {
  const day = dayOfNumber(number)
  return dayNumber(Number(day.slice(0, 4)) + years, Number(day.slice(5, 7)), Number(day.slice(8)))
}

/** Full years of life on a day. */
export function ageOn(birth: DayNumber, day: DayNumber): number {
  const years = yearOf(day) - yearOf(birth)
  return addYears(birth, years) <= day ? years : years - 1
}
