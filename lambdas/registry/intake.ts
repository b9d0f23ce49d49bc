import { itemBytes } from '../shared/item-bytes.ts'
import { maximumCards } from './card.ts'
import { maximumPeriods, maximumPeriodsBytes, type Period } from './contribution.ts'
import type { FeedRecord, Refusal, Sourced } from './feeds.ts'
import { contributionsItem, type HeldContributions, type HeldHousehold, type HeldPerson } from './items.ts'
import type { Person } from './person.ts'

/** What a record does to what the registry holds. */
export const verdicts = ['created', 'changed', 'unchanged', 'older', 'refused'] as const
export type Verdict = (typeof verdicts)[number]

export type Taken<Held> =
  | { readonly verdict: 'created' | 'changed'; readonly held: Held }
  /** `older`: the registry holds a later state of the record, and keeps it. */
  | { readonly verdict: 'unchanged' | 'older' }
  | Refused

export interface Refused {
  readonly verdict: 'refused'
  readonly refusals: readonly Refusal[]
}

/** What became of a line; of the whole piece when the line is 0. */
export type Settled = { readonly line: number } & (Refused | { readonly verdict: Exclude<Verdict, 'refused'> })

export function takeHousehold(held: HeldHousehold | undefined, record: FeedRecord<'households'>): Taken<HeldHousehold> {
  const verdict = compare(held?.household, record)
  return isWritten(verdict) ? { verdict, held: { household: record } } : settled(verdict, record)
}

/** The cards stay as they are. */
export function takePerson(
  held: HeldPerson | undefined,
  record: FeedRecord<'persons'>,
  isHousehold: (id: Person['householdId']) => boolean,
): Taken<HeldPerson> {
  const verdict = compare(held?.person, record)
  if (!isWritten(verdict)) return settled(verdict, record)
  if (!isHousehold(record.householdId)) return refused('household_id', 'household-absent', record.householdId)
  return { verdict, held: { person: record, cards: held?.cards ?? [] } }
}

/** A card is known by its number and its first day, since the same number is issued again for the next period. */
export function takeCard(held: HeldPerson | undefined, record: FeedRecord<'cards'>): Taken<HeldPerson> {
  const { personId, ...card } = record
  if (!held) return refused('person_id', 'person-absent', personId)
  const isSame = (other: typeof card) => other.cardNumber === card.cardNumber && other.validFrom === card.validFrom
  const verdict = compare(held.cards.find(isSame), card)
  if (!isWritten(verdict)) return settled(verdict, record)
  const others = held.cards.filter(other => !isSame(other))
  if (others.length >= maximumCards) return refused('person_id', `at-most-${maximumCards}-cards`, personId)
  return { verdict, held: { person: held.person, cards: [...others, card].sort(byFirstDay) } }
}

/** A period is known by its first month and its employer. */
export function takeContribution(
  held: HeldContributions | undefined,
  record: FeedRecord<'contributions'>,
  isPerson: (id: Person['personId']) => boolean,
): Taken<HeldContributions> {
  const { personId, scheme, ...period } = record
  const isSame = (other: Period) => other.firstMonth === period.firstMonth && other.employerCode === period.employerCode
  const verdict = compare(held?.periods.find(isSame), period)
  if (!isWritten(verdict)) return settled(verdict, record)
  if (!isPerson(personId)) return refused('person_id', 'person-absent', personId)
  const others = held?.periods.filter(other => !isSame(other)) ?? []
  if (others.length >= maximumPeriods) return refused('person_id', `at-most-${maximumPeriods}-periods`, personId)
  const after = { personId, scheme, periods: [...others, period].sort(byFirstMonth) }
  if (itemBytes(contributionsItem(after)) > maximumPeriodsBytes)
    return refused('person_id', `at-most-${maximumPeriodsBytes}-bytes-of-periods`, personId)
  return { verdict, held: after }
}

type Comparison = 'created' | 'changed' | 'unchanged' | 'older' | 'same-source-time'

/** A later state counts as changed even if nothing else in it differs: what is older than it must not come after it. */
function compare<Record extends Sourced<object>>(held: Record | undefined, record: Record): Comparison {
  if (!held) return 'created'
  if (record.sourceTime > held.sourceTime) return 'changed'
  if (record.sourceTime < held.sourceTime) return 'older'
  return isSameContent(held, record) ? 'unchanged' : 'same-source-time'
}

function isWritten(verdict: Comparison): verdict is 'created' | 'changed' {
  return verdict === 'created' || verdict === 'changed'
}

function settled(verdict: Exclude<Comparison, 'created' | 'changed'>, { sourceTime }: Sourced<object>) {
  if (verdict !== 'same-source-time') return { verdict }
  return refused('source_time', 'same-source-time-other-content', new Date(sourceTime).toISOString())
}

export function refused(field: string, rule: string, value: unknown): Refused {
  return { verdict: 'refused', refusals: [{ field, rule, value }] }
}

function isSameContent(one: object, other: object): boolean {
  const [fields, others] = [entriesOf(one), entriesOf(other)]
  return fields.size === others.size && fields.entries().every(([name, value]) => others.get(name) === value)
}

function entriesOf(record: object): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(record).filter(([, value]) => value !== undefined))
}

function byFirstMonth(a: Period, b: Period): number {
  return a.firstMonth < b.firstMonth || (a.firstMonth === b.firstMonth && a.employerCode < b.employerCode) ? -1 : 1
}

/** So that the same cards make the same item in whatever order they came. */
function byFirstDay(a: FeedRecord<'cards'> | { validFrom: string; cardNumber: string }, b: typeof a): number {
  return a.validFrom < b.validFrom || (a.validFrom === b.validFrom && a.cardNumber < b.cardNumber) ? -1 : 1
}
