import type { Card } from '../../lambdas/registry/card.ts'
import type { Day } from '../../lambdas/registry/day.ts'
import type { Sourced } from '../../lambdas/registry/feeds.ts'
import type { HeldPerson } from '../../lambdas/registry/items.ts'
import type { Person } from '../../lambdas/registry/person.ts'
import { card as cardRecord, person } from '../registry/records.ts'

export { person } from '../registry/records.ts'

export const today = '2026-11-22' as Day

type Changes<Type> = { readonly [Name in keyof Type]?: string | number | undefined }

/** In force at 01007 through 2026, level 4. */
export function card(changes: Changes<Card> = {}): Sourced<Card> {
  const { personId: _, ...held } = cardRecord(changes)
  return held
}

export function holder(cards: readonly Sourced<Card>[] = [card()], changes: Changes<Person> = {}): HeldPerson {
  return { person: person(changes), cards }
}
