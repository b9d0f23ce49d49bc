import type { Card } from '../../lambdas/registry/card.ts'
import type { Day } from '../../lambdas/registry/day.ts'
import type { HeldPerson } from '../../lambdas/registry/items.ts'
import type { Person } from '../../lambdas/registry/person.ts'

export const today = '2026-11-22' as Day

/** Whoever wants another card or person says what is different: values as they stand in a feed. */
type Changes<Type> = { readonly [Name in keyof Type]?: string | number | undefined }

/** In force at 01007 through 2026, level 4. */
export function card(changes: Changes<Card> = {}): Card & { readonly sourceTime: number } {
  return present({
    cardNumber: 'DN4010123456789',
    validFrom: '2026-01-01',
    validTo: '2026-12-31',
    facilityCode: '01007',
    issuedOn: '2025-12-20',
    sourceTime: 1_766_200_000_000,
    ...changes,
  })
}

export function person(changes: Changes<Person> = {}): Person & { readonly sourceTime: number } {
  return present({
    personId: '0123456789A',
    householdId: '0100000001',
    relationshipCode: '00',
    householdOrder: 1,
    fullName: 'Đỗ Thị Hoà',
    birthDate: '1990-02-03',
    sex: '2',
    ethnicCode: '01',
    nationality: 'VN',
    nationalId: '001190000001',
    insuranceNumber: '0123456789',
    wardCode: '00004',
    provinceCode: '01',
    formerProvinceCode: '01',
    identityState: 'unverified',
    sourceTime: 1_766_200_000_000,
    ...changes,
  })
}

export function holder(
  cards: readonly (Card & { readonly sourceTime: number })[] = [card()],
  changes: Changes<Person> = {},
): HeldPerson {
  return { person: person(changes), cards }
}

/** Without the fields that were changed to be absent. */
function present<Type>(fields: object): Type {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Type
}
