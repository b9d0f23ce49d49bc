import type { Publication } from '../publication.ts'

/** Days that a recipient has for its receipt. */
export const receiptDays = 3

export type Announced = Extract<Publication, { state: 'announced' }>

/**
 * Announced handovers whose receipt is late, the oldest first: the notice may be lost, or its recipient took it and forgot. A recipient
 * that closed a later one has passed by, and owes nothing.
 */
export function overdue(publications: readonly Publication[], now: Date): readonly Announced[] {
  const closed = publications.filter(({ state }) => state === 'closed').map(({ facts }) => facts.sequence)
  const passed = Math.max(-1, ...closed)
  const latest = now.getTime() - receiptDays * 86_400_000
  return publications
    .filter((one): one is Announced => one.state === 'announced')
    .filter(({ facts, announcedAt }) => facts.sequence > passed && Date.parse(announcedAt) <= latest)
    .sort((a, b) => a.facts.sequence - b.facts.sequence)
}
