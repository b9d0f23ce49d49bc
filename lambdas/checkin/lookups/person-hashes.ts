import type { HeldPerson } from '../../registry/items.ts'
import { numberHash } from '../../registry/number-hash.ts'
import { numbersOf } from '../../registry/person-numbers.ts'

/**
 * Hashes of every number that the registry still knows of a person: whichever was presented, a look at it is a look at her. Of replaced
 * numbers it knows the last insurance number and those on cards alone: looks under a replaced national id, or an insurance number before
 * the last, are not found.
 */
export function personHashes(key: Uint8Array, { person, cards }: HeldPerson): readonly string[] {
  return [...new Set(numbersOf(person, cards).map(({ number }) => numberHash(key, number)))]
}
