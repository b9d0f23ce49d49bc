import { addDays, type Day, isDay } from './day.ts'

/** A birth date as far as it is known: `yyyy`, `yyyy-mm` or `yyyy-mm-dd`. Its length is its precision. */
export type BirthDate = string & { readonly __brand: 'BirthDate' }

export const birthPrecisions = ['day', 'month', 'year'] as const
export type BirthPrecision = (typeof birthPrecisions)[number]

export function isBirthDate(value: unknown): value is BirthDate {
  return typeof value === 'string' && isDay(completed(value))
}

export function birthPrecision(birth: BirthDate): BirthPrecision {
  if (birth.length === 4) return 'year'
  return birth.length === 7 ? 'month' : 'day'
}

/** The first day on which the person can have been born. */
export function firstBirthDay(birth: BirthDate): Day {
  return completed(birth) as Day
}

/** The last day on which the person can have been born. */
export function lastBirthDay(birth: BirthDate): Day {
  const [year = '', month] = birth.split('-')
  if (birth.length === 10) return birth as string as Day
  if (month === undefined) return `${year}-12-31` as Day
  const next = month === '12' ? `${Number(year) + 1}-01-01` : `${year}-${String(Number(month) + 1).padStart(2, '0')}-01`
  return addDays(next as Day, -1)
}

/** Whether somebody may still be under so many years of age on a day, given what is known of the birth. */
export function mayBeUnder(years: number, birth: BirthDate, day: Day): boolean {
  const last = lastBirthDay(birth)
  return day < `${Number(last.slice(0, 4)) + years}${last.slice(4)}`
}

function completed(birth: string): string {
  if (birth.length === 4) return `${birth}-01-01`
  return birth.length === 7 ? `${birth}-01` : birth
}
