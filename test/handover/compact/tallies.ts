import type { Tally } from '../../../lambdas/handover/compact/tally.ts'

/** The tally of an export, empty but for what a test says otherwise. */
export function tallyOf(tally: Partial<Tally> = {}): Tally {
  const items = { household: 0, person: 0, contributions: 0, number: 0 }
  return { items, selected: {}, absent: [], moving: 0, headAbsent: 0, ...tally }
}
