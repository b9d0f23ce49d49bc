import type { Day } from './day.ts'

export type Month = string & { readonly __brand: 'Month' }

/** No month of the registry is earlier. */
export const earliestMonth = '1900-01'
const month = /^[0-9]{4}-(0[1-9]|1[0-2])$/

/** A month of the calendar, `yyyy-mm`, from 1900 to 9999. */
export function isMonth(value: unknown): value is Month {
  return typeof value === 'string' && month.test(value) && value >= earliestMonth
}

export function monthOf(day: Day): Month {
  return day.slice(0, 7) as Month
}
