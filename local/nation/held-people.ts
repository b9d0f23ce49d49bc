import type { HeldPerson } from '../../lambdas/registry/items.ts'
import { feedRecords } from './feed-records.ts'
import { type NationOptions, nation } from './nation.ts'

/** The nation's people with all their cards, as the registry holds them. */
export function heldPeople(options: NationOptions): readonly HeldPerson[] {
  return [...nation(options)].map(feedRecords).flatMap(({ persons, cards }) => {
    const byPerson = Map.groupBy(cards, ({ personId }) => personId)
    return persons.map(person => ({
      person,
      cards: (byPerson.get(person.personId) ?? []).map(({ personId: _, ...card }) => card),
    }))
  })
}
