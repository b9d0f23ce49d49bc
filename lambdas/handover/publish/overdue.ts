import type { Publication } from '../publication.ts'

/** Days that a recipient has for its receipt, and for another where the first disagreed. */
export const receiptDays = 3

export type Owing = Extract<Publication, { state: 'announced' | 'disputed' }>

/**
 * Handovers whose receipt is late, the oldest first: the notice may be lost, or its recipient took it and forgot, or has not counted
 * again what it disputes. A recipient that closed a later one has passed by, and owes nothing.
 */
export function overdue(publications: readonly Publication[], now: Date): readonly Owing[] {
  const closed = publications.filter(({ state }) => state === 'closed').map(({ facts }) => facts.sequence)
  const passed = Math.max(-1, ...closed)
  const latest = now.getTime() - receiptDays * 86_400_000
  return publications
    .filter((one): one is Owing => one.state === 'announced' || one.state === 'disputed')
    .filter(one => one.facts.sequence > passed && Date.parse(owingSince(one)) <= latest)
    .sort((a, b) => a.facts.sequence - b.facts.sequence)
}

function owingSince(one: Owing): string {
  return one.state === 'announced' ? one.announcedAt : one.disputedAt
}
