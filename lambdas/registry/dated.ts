import type { Day } from './day.ts'

/** A row of a list and the days on which it holds, both ends with it; null is without end. */
export interface Dated {
  readonly from: string | null
  readonly to: string | null
}

export function inForce({ from, to }: Dated, day: Day): boolean {
  return (from === null || from <= day) && (to === null || day <= to)
}
