import type { FacilityCode } from '../registry/facility-code.ts'
import { log } from '../shared/log.ts'
import type { Asker } from './allowance/allowance.ts'
import type { Verdict } from './verdict/verdict.ts'

/** In whose words the facility asked. */
export const dialects = ['native', 'gateway'] as const
export type Dialect = (typeof dialects)[number]

/** What became of a check, as far as a metric may tell: valid, not covered, or nobody was identified. */
export const checkOutcomes = ['valid', 'not-covered', 'missed'] as const
export type CheckOutcome = (typeof checkOutcomes)[number]

export function outcomeOf(verdict: Verdict): CheckOutcome {
  if (verdict.valid) return 'valid'
  return 'person' in verdict ? 'not-covered' : 'missed'
}

/** One function for each thing that happens at the desk; the stack counts these lines as metrics. */
export const events = {
  cardChecked(dialect: Dialect, { facility }: Asker, outcome: CheckOutcome, milliseconds: number) {
    log.info('card checked', { facility, dialect, outcome, milliseconds })
  },
  checkSlowed(dialect: Dialect, facility: FacilityCode) {
    log.warn('too many card checks', { facility, dialect })
  },
}
