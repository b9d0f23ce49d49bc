import { type Card, card } from './card.ts'
import { contribution, type Period, type Scheme } from './contribution.ts'
import type { Sourced } from './feeds.ts'
import { type Field, fieldsOf } from './field.ts'
import { type Household, household } from './household.ts'
import type { HouseholdId } from './household-id.ts'
import { type Person, person } from './person.ts'
import type { PersonId } from './person-id.ts'
import type { PersonNumber } from './person-numbers.ts'

/** An attribute as DynamoDB and its export write it, of the types that the registry uses. */
export type Attribute =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly L: readonly Attribute[] }
  | { readonly M: Readonly<Record<string, Attribute>> }
export type RegistryItem = Readonly<Record<string, Attribute>>

/** The kinds of item in the registry table, told by the sort key. */
export const itemKinds = ['household', 'person', 'contributions', 'number'] as const
export type ItemKind = (typeof itemKinds)[number]

export const householdKey = (id: HouseholdId) => ({ PK: { S: `H#${id}` }, SK: { S: 'H' } })
export const personKey = (id: PersonId) => ({ PK: { S: `P#${id}` }, SK: { S: 'P' } })
export const contributionsKey = ({ personId, scheme }: ContributionsOf) => ({
  PK: { S: `P#${personId}` },
  SK: { S: `C#${scheme}` },
})

/** `hash` is `numberHash` of the number, so that no key tells whose it is. */
export const numberKey = (hash: string) => ({ PK: { S: `N#${hash}` }, SK: { S: 'N' } })

/** Fields of each item, beside its key, which holds the id. */
export const householdFields = fieldsOf(household).filter(({ name }) => name !== 'householdId')
export const personFields = fieldsOf(person).filter(({ name }) => name !== 'personId')
export const cardFields = fieldsOf(card)
export const periodFields = fieldsOf(contribution).filter(({ name }) => !['personId', 'scheme'].includes(name))

export function householdItem(record: Sourced<Household>): RegistryItem {
  return { ...householdKey(record.householdId), ...attributes(householdFields, record) }
}

/** The person is the aggregate: all cards ever held stand in its one item. */
export function personItem(record: Sourced<Person>, cards: readonly Sourced<Card>[]): RegistryItem {
  return {
    ...personKey(record.personId),
    ...attributes(personFields, record),
    cards: { L: cards.map(held => ({ M: attributes(cardFields, held) })) },
  }
}

/** All periods of one scheme stand in one item, beside the person's. */
export function contributionsItem(held: HeldContributions): RegistryItem {
  return {
    ...contributionsKey(held),
    periods: { L: held.periods.map(period => ({ M: attributes(periodFields, period) })) },
  }
}

/** A number by which a person is found. One that was replaced has an end, and still finds the person. */
export function numberItem(hash: string, { kind, personId, from, to }: PersonNumber): RegistryItem {
  return {
    ...numberKey(hash),
    kind: { S: kind },
    personId: { S: personId },
    ...(from && { from: { S: from } }),
    ...(to && { to: { S: to } }),
  }
}

function attributes(fields: readonly Field[], record: Readonly<Record<string, unknown>> & Sourced<unknown>) {
  const kept: Record<string, Attribute> = {}
  for (const { name, type } of fields) {
    const value = record[name]
    if (value !== undefined) kept[name] = type === 'integer' ? { N: String(value) } : { S: value as string }
  }
  kept.sourceTime = { N: String(record.sourceTime) }
  return kept
}

/** What stands in one item. */
export type Held = HeldHousehold | HeldPerson | HeldContributions

export interface HeldHousehold {
  readonly household: Sourced<Household>
}

export interface HeldPerson {
  readonly person: Sourced<Person>
  readonly cards: readonly Sourced<Card>[]
}

export interface HeldContributions {
  readonly personId: PersonId
  readonly scheme: Scheme
  readonly periods: readonly Sourced<Period>[]
}

/** Whose contributions to which scheme. */
export type ContributionsOf = Pick<HeldContributions, 'personId' | 'scheme'>

export function contributionsId({ personId, scheme }: ContributionsOf): string {
  return `${personId} ${scheme}`
}

/** Reading back trusts what the registry wrote: every write has passed the feed's schema. */
export function readHousehold(item: RegistryItem): Sourced<Household> {
  return { householdId: id(item), ...values(householdFields, item) } as Sourced<Household>
}

export function readPerson(item: RegistryItem): HeldPerson {
  const held = (item.cards as { L: { M: RegistryItem }[] }).L
  return {
    person: { personId: id(item), ...values(personFields, item) } as Sourced<Person>,
    cards: held.map(({ M }) => values(cardFields, M) as Sourced<Card>),
  }
}

export function readContributions(item: RegistryItem): HeldContributions {
  const held = (item.periods as { L: { M: RegistryItem }[] }).L
  return {
    personId: id(item) as PersonId,
    scheme: (item.SK as { S: string }).S.slice(2) as Scheme,
    periods: held.map(({ M }) => values(periodFields, M) as Sourced<Period>),
  }
}

function id(item: RegistryItem): string {
  return (item.PK as { S: string }).S.slice(2)
}

function values(fields: readonly Field[], item: RegistryItem): Record<string, unknown> {
  const read: Record<string, unknown> = { sourceTime: Number((item.sourceTime as { N: string }).N) }
  for (const { name } of fields) {
    const attribute = item[name] as { S: string } | { N: string } | undefined
    if (attribute) read[name] = 'N' in attribute ? Number(attribute.N) : attribute.S
  }
  return read
}
