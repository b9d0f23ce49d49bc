import type { Card } from '../../lambdas/registry/card.ts'
import type { Contribution } from '../../lambdas/registry/contribution.ts'
import type { Day } from '../../lambdas/registry/day.ts'
import type { FeedRecord } from '../../lambdas/registry/feeds.ts'
import type { Person } from '../../lambdas/registry/person.ts'
import type { Home } from './home.ts'
import type { Member } from './member.ts'

export interface FeedRecords {
  readonly households: readonly FeedRecord<'households'>[]
  readonly persons: readonly FeedRecord<'persons'>[]
  readonly cards: readonly FeedRecord<'cards'>[]
  readonly contributions: readonly FeedRecord<'contributions'>[]
}

/** A home as its source would send it: each record last changed on the latest day that stands in it. */
export function feedRecords({ household, members, contributions }: Home): FeedRecords {
  const deaths = members.map(({ person }) => person.diedOn)
  return {
    households: [{ ...household, sourceTime: noonOfLatest(household.registeredOn, ...deaths) }],
    persons: members.map(({ person }) => ({ ...person, sourceTime: lastChange(person, household.registeredOn) })),
    cards: members.flatMap(cardsOf),
    contributions: contributions.map(contribution => ({ ...contribution, sourceTime: lastReport(contribution) })),
  }
}

function cardsOf({ person: { personId }, cards }: Member): readonly FeedRecord<'cards'>[] {
  return cards.map(card => ({ personId, ...card, sourceTime: lastIssue(card) }))
}

function lastChange({ birthDate, identityVerifiedOn, diedOn }: Person, registeredOn: Day): number {
  const born = birthDate.length === 10 ? (birthDate as string as Day) : undefined
  return noonOfLatest(registeredOn, born, identityVerifiedOn, diedOn)
}

function lastIssue({ issuedOn, recalledOn }: Card): number {
  return noonOfLatest(issuedOn, recalledOn)
}

/** A period is reported in the month that it begins, and again in the month that it ends. */
function lastReport({ firstMonth, lastMonth = firstMonth }: Contribution): number {
  return noonOfLatest(`${lastMonth}-01` as Day)
}

/** Noon in Vietnam, UTC+7. */
function noonOfLatest(first: Day, ...others: readonly (Day | undefined)[]): number {
  const latest = others.reduce<Day>((late, day) => (day && day > late ? day : late), first)
  return Date.parse(latest) + 5 * 3_600_000
}
