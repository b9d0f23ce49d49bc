import type { Agreement } from '../agreement.ts'
import { nextDue } from '../latest.ts'

/** So much earlier a handover may come than the one before it says: clocks and starts differ by minutes. */
const early = 3_600_000

/** Whether it is a recipient's turn: one cadence of its agreement after the cut of its last handover. */
export function isDue({ cadence }: Agreement, last: Date | undefined, asOf: Date): boolean {
  const { full, delta = full } = cadence
  return last === undefined || nextDue(last, delta).getTime() - early <= asOf.getTime()
}
