import table from '../../reference/coverage.json' with { type: 'json' }
import type { Card } from '../registry/card.ts'
import { type BenefitLevel, cardNumberParts } from '../registry/card-number.ts'
import type { Day } from '../registry/day.ts'
import { levelChanges } from '../registry/object-codes.ts'
import type { Person } from '../registry/person.ts'

/** Ordered rows of `reference/coverage.json`: the desk interprets them here, the handover compiles them to SQL. */
export interface CoverageTable {
  readonly person: readonly { readonly reason: PersonReason; readonly when: Condition }[]
  readonly standings: readonly Standing[]
}

export interface Standing {
  readonly reason: CardReason
  /** Absent in the last row, which always holds. */
  readonly when?: Condition
  readonly rank: number
  readonly prefers: 'latest' | 'earliest'
}

export interface Condition {
  readonly field: 'cards' | 'diedOn' | 'recalledOn' | 'validFrom' | 'validTo'
  /** How the field's day stands to the day asked about; `none` holds for an empty list of cards. */
  readonly is: 'before' | 'onOrBefore' | 'after' | 'none'
}

export const personReasons = ['died', 'no-card'] as const
export type PersonReason = (typeof personReasons)[number]
export const cardReasons = ['in-force', 'not-started', 'recalled', 'expired'] as const
export type CardReason = (typeof cardReasons)[number]

export const coverageTable = table as CoverageTable

/** What decides about cover: every card that the person ever held, and whether the person lives. */
export type Insured = { readonly cards: readonly Card[] } & Pick<Person, 'diedOn'>

export type Coverage = { readonly reason: PersonReason } | { [Reason in CardReason]: Counting<Reason> }[CardReason]

/** `card` counts when in force, and explains why none does otherwise. `level` is the legal one on the day. */
export interface Counting<Reason extends CardReason> {
  readonly reason: Reason
  readonly card: Card
  readonly level: BenefitLevel
}

export function coverageOn(insured: Insured, day: Day): Coverage {
  const without = coverageTable.person.find(({ when }) => holds(when, insured, day))
  if (without) return { reason: without.reason }
  const [{ standing, card }] = insured.cards
    .map(card => ({ card, standing: standingOn(card, day) }))
    .sort(byPrecedence) as [Ranked]
  return { reason: standing.reason, card, level: levelOn(card, day) } as Coverage
}

/** The level printed on the card, unless the law has changed it by that day. */
export function levelOn(card: Card, day: Day): BenefitLevel {
  const { objectCode, printedLevel } = cardNumberParts(card.cardNumber)
  return levelChanges.find(change => change.code === objectCode && change.from <= day)?.level ?? printedLevel
}

export function standingOn(card: Card, day: Day): Standing {
  return coverageTable.standings.find(({ when }) => !when || holds(when, card, day)) as Standing
}

function holds(when: Condition, facts: Partial<Insured & Card>, day: Day): boolean {
  const value = facts[when.field]
  if (value === undefined) return false
  switch (when.is) {
    case 'none':
      return value.length === 0
    case 'before':
      return value < day
    case 'onOrBefore':
      return value <= day
    case 'after':
      return value > day
  }
}

interface Ranked {
  readonly card: Card
  readonly standing: Standing
}

function byPrecedence(a: Ranked, b: Ranked): number {
  const earlierFirst = a.standing.prefers === 'earliest'
  return (
    a.standing.rank - b.standing.rank ||
    (earlierFirst ? 1 : -1) * compare(a.card.validFrom, b.card.validFrom) ||
    -compare(a.card.issuedOn, b.card.issuedOn) ||
    compare(a.card.cardNumber, b.card.cardNumber)
  )
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
