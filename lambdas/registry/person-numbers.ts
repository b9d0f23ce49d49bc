import type { Card } from './card.ts'
import { cardNumberParts } from './card-number.ts'
import { type Day, dayInVietnam } from './day.ts'
import type { Sourced } from './feeds.ts'
import { type InsuranceNumber, isInsuranceNumber } from './insurance-number.ts'
import type { NationalId } from './national-id.ts'
import type { Person } from './person.ts'
import type { PersonId } from './person-id.ts'

export interface PersonNumber {
  /** `card`: the ten digits of a card that are no insurance number of the person, as on a newborn's first card. */
  readonly kind: 'insurance' | 'national' | 'card'
  readonly number: InsuranceNumber | NationalId
  readonly personId: PersonId
  /** When the registry first heard of it. */
  readonly from?: Day
  /** When the registry heard that another has replaced it. */
  readonly to?: Day
}

/** Every number by which the person may be found, the replaced one included. */
export function numbersOf(person: Sourced<Person>, cards: readonly Sourced<Card>[] = []): readonly PersonNumber[] {
  const { personId, insuranceNumber, formerInsuranceNumber, nationalId } = person
  const heard = dayInVietnam(new Date(person.sourceTime))
  const numbers: PersonNumber[] = []
  if (insuranceNumber) numbers.push({ kind: 'insurance', number: insuranceNumber, personId, from: heard })
  if (formerInsuranceNumber) numbers.push({ kind: 'insurance', number: formerInsuranceNumber, personId, to: heard })
  if (nationalId) numbers.push({ kind: 'national', number: nationalId, personId, from: heard })
  for (const { cardNumber, sourceTime } of cards) {
    const { insuranceNumber: number } = cardNumberParts(cardNumber)
    if (!isInsuranceNumber(number) || numbers.some(known => known.number === number)) continue
    numbers.push({ kind: 'card', number, personId, from: dayInVietnam(new Date(sourceTime)) })
  }
  return numbers
}

/** The number items to write when a person's numbers change: those that came or changed, and those that another replaced, heard on that day. */
export function numberChanges(
  before: readonly PersonNumber[],
  after: readonly PersonNumber[],
  heard: Day,
): readonly PersonNumber[] {
  const came = after.filter(number => !before.some(known => isSameNumber(known, number)))
  const went = before.filter(({ number, to }) => !to && !after.some(other => other.number === number))
  return [...came, ...went.map(number => ({ ...number, to: heard }))]
}

function isSameNumber(one: PersonNumber, other: PersonNumber): boolean {
  return one.number === other.number && one.kind === other.kind && Boolean(one.to) === Boolean(other.to)
}
