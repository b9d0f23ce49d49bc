import { type Day, dayInVietnam } from './day.ts'
import type { Sourced } from './feeds.ts'
import type { InsuranceNumber } from './insurance-number.ts'
import type { NationalId } from './national-id.ts'
import type { Person } from './person.ts'
import type { PersonId } from './person-id.ts'

export interface PersonNumber {
  readonly kind: 'insurance' | 'national'
  readonly number: InsuranceNumber | NationalId
  readonly personId: PersonId
  /** When the registry first heard of it. */
  readonly from?: Day
  /** When the registry heard that another has replaced it. */
  readonly to?: Day
}

/** Every number by which the person may be found, the replaced one included. */
export function numbersOf(person: Sourced<Person>): readonly PersonNumber[] {
  const { personId, insuranceNumber, formerInsuranceNumber, nationalId } = person
  const heard = dayInVietnam(new Date(person.sourceTime))
  const numbers: PersonNumber[] = []
  if (insuranceNumber) numbers.push({ kind: 'insurance', number: insuranceNumber, personId, from: heard })
  if (formerInsuranceNumber) numbers.push({ kind: 'insurance', number: formerInsuranceNumber, personId, to: heard })
  if (nationalId) numbers.push({ kind: 'national', number: nationalId, personId, from: heard })
  return numbers
}
