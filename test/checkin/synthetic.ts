import type { HeldPerson } from '../../lambdas/registry/items.ts'
import { heldPeople } from '../../local/nation/held-people.ts'
import { today } from './people.ts'

/** So many members of the synthetic nation, with all their cards. */
export function synthetic(people: number): readonly HeldPerson[] {
  return heldPeople({ people, seed: 7, today })
}
