import type { HeldPerson } from '../../lambdas/registry/items.ts'
import { feedRecords } from '../../local/nation/feed-records.ts'
import { nation } from '../../local/nation/nation.ts'
import { today } from './people.ts'

/** So many members of the synthetic nation, with all their cards. */
export function synthetic(people: number): readonly HeldPerson[] {
  return [...nation({ people, seed: 7, today })].map(feedRecords).flatMap(({ persons, cards }) => {
    const byPerson = Map.groupBy(cards, ({ personId }) => personId)
    return persons.map(person => ({
      person,
      cards: (byPerson.get(person.personId) ?? []).map(({ personId: _, ...card }) => card),
    }))
  })
}
