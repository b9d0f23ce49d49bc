import { type Day, isDay } from './day.ts'

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

function completed(birth: string): string {
  if (birth.length === 4) return `${birth}-01-01`
  return birth.length === 7 ? `${birth}-01` : birth
}
