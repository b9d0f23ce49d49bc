import type { Day } from '../lambdas/registry/day.ts'
import type { FacilityCode } from '../lambdas/registry/facility-code.ts'
import { type HeldPerson, numberItem, personItem, type RegistryItem } from '../lambdas/registry/items.ts'
import { numberHash } from '../lambdas/registry/number-hash.ts'
import { numbersOf } from '../lambdas/registry/person-numbers.ts'
import { heldPeople } from '../local/nation/held-people.ts'

/** What a patient shows at a desk, and where. */
export interface Ask {
  readonly facility: FacilityCode
  readonly number: string
  readonly birthDate: string
  readonly fullName: string
}

/** Who asks by the gateway; made up, as everything here. */
export const clerk = { hoTenCb: 'Nguyễn Thị Quầy', cccdCb: '001180000009' }

/** People with the cards that they have held over the years. */
export function deskPeople(people: number, today: Day): readonly HeldPerson[] {
  return heldPeople({ people, seed: 1, today })
}

/** So many asks, the facilities in turn: everybody shows the number of the last card, or else the national id. */
export function asksOf(
  people: readonly HeldPerson[],
  facilities: readonly FacilityCode[],
  asks: number,
): readonly Ask[] {
  const shown = people.flatMap(({ person, cards }) => {
    const number = cards.at(-1)?.cardNumber ?? person.nationalId
    return number ? [{ number, birthDate: person.birthDate, fullName: person.fullName }] : []
  })
  return Array.from({ length: asks }, (_, index) => ({
    facility: facilities[index % facilities.length] as FacilityCode,
    ...(shown[index % shown.length] as (typeof shown)[number]),
  }))
}

/** Where these people are registered, most of them first. */
export function facilitiesOf(people: readonly HeldPerson[]): readonly FacilityCode[] {
  const registered = Map.groupBy(
    people.flatMap(({ cards }) => cards.map(({ facilityCode }) => facilityCode)),
    code => code,
  )
  return [...registered].sort(([, one], [, other]) => other.length - one.length).map(([code]) => code)
}

export function registryItems(people: readonly HeldPerson[], hashKey: Uint8Array): readonly RegistryItem[] {
  return people.flatMap(({ person, cards }) => [
    ...numbersOf(person, cards).map(number => numberItem(numberHash(hashKey, number.number), number)),
    personItem(person, cards),
  ])
}

/** As the gateway's 2024 call has it. */
export function lookupFields({ number, birthDate, fullName }: Ask): Readonly<Record<string, string>> {
  return { maThe: number, hoTen: fullName, ngaySinh: birthDate.split('-').reverse().join('/'), ...clerk }
}
