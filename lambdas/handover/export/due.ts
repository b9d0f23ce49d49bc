import type { Agreement } from '../agreement.ts'
import { nextDue } from '../latest.ts'

/** Handovers begin by themselves once a day (lib/handover.ts), some minutes later or earlier than the day before. */
const untilTheNext = 23 * 3_600_000

/** Whether it is a recipient's turn: the next one to begin would come later than one cadence after the cut of its last handover. */
export function isDue({ cadence }: Agreement, last: Date | undefined, asOf: Date): boolean {
  const { full, delta = full } = cadence
  return last === undefined || nextDue(last, delta).getTime() - untilTheNext <= asOf.getTime()
}
