import type { HeldPerson } from '../../registry/items.ts'
import { numberHash } from '../../registry/number-hash.ts'
import { numbersOf } from '../../registry/person-numbers.ts'

/** Hashes of every number that the registry knows of a person: whichever was presented, a look at it is a look at her. */
export function personHashes(key: Uint8Array, { person, cards }: HeldPerson): readonly string[] {
  return [...new Set(numbersOf(person, cards).map(({ number }) => numberHash(key, number)))]
}
