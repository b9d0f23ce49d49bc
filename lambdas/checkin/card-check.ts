import type { Day } from '../registry/day.ts'
import type { Presented } from './verdict/verdict.ts'

/** What a facility asks, in whichever dialect. */
export interface CardCheck extends Presented {
  readonly serviceDate: Day
  /** Who asks at the facility, in the facility's own words. */
  readonly officer?: string
  readonly purpose: LookupPurpose
}

/** What a check is made for: a visit, a stay, or settling the bill. */
export const lookupPurposes = ['reception', 'inpatient', 'payment'] as const
export type LookupPurpose = (typeof lookupPurposes)[number]
