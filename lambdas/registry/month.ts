import type { Day } from './day.ts'

export type Month = string & { readonly __brand: 'Month' }

/** A month of the calendar, `yyyy-mm`, from 1900 to 9999. */
const month = /^(19[0-9]{2}|[2-9][0-9]{3})-(0[1-9]|1[0-2])$/

export function isMonth(value: unknown): value is Month {
  return typeof value === 'string' && month.test(value)
}

export function monthOf(day: Day): Month {
  return day.slice(0, 7) as Month
}
