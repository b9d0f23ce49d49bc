import { describe, expect, it } from 'vitest'
import type { Card } from '../../../lambdas/registry/card.ts'
import { provinceOfFormer } from '../../../lambdas/registry/provinces.ts'
import { type Home, type Member, nation } from '../../../local/nation/nation.ts'
import { day } from './days.ts'

const today = day('2026-11-22')

describe.each([1, 2, 3])('A nation of 1,000 (seed %i) holds', seed => {
  const homes = [...nation({ people: 1000, seed, today })]
  const members = homes.flatMap(({ members }) => members)

  it.each<[string, (home: Home) => boolean]>([
    ['a household of one', home => home.members.length === 1],
    ['a household of sixteen', home => home.members.length === 16],
    ['a household that is closed because all its members died', home => home.household.state === 'closed'],
    ['a member who moved from a former province that was merged with the household’s', hasMoved],
  ])('%s', (_, is) => expect(homes.some(is)).toBe(true))

  it.each<[string, (member: Member) => boolean]>([
    ['a birth known by its year alone', ({ person }) => person.birthDate.length === 4],
    ['a birth known by its month', ({ person }) => person.birthDate.length === 7],
    ['somebody born before 1970', ({ person }) => person.birthDate < '1970'],
    ['somebody with a card and without a national id', ({ person, cards }) => !person.nationalId && cards.length > 0],
    ['somebody without an insurance number', ({ person }) => !person.insuranceNumber],
    ['a replaced number that still stands on an older card', showsFormerNumber],
    ['a second card issued in advance', hasCardAhead],
    ['a card that ran out', ({ cards }) => cards.length > 0 && cards.every(({ validTo = today }) => validTo < today)],
    ['a card recalled without a new one', ({ cards }) => cards.at(-1)?.recallReason === 'decreased'],
    ['a card that a move replaced', ({ cards }) => cards.at(-2)?.recallReason === 'moved-within-province'],
    ['a card that was issued again', ({ cards }) => cards.at(-2)?.recallReason === 'reissued'],
    ['a duplicate', ({ cards }) => cards.at(-1)?.recallReason === 'duplicate'],
    ['a card recalled on the day of the death', diedWithCard],
    ['a CN card in force with the old digit 3', ({ cards }) => cards.some(isInForceLike(/^CN3/))],
    ['an LH card in force with the old digit 4', ({ cards }) => cards.some(isInForceLike(/^LH4/))],
    ['a newborn whose TE1 card carries a lent number', hasLentNumber],
    ['a card of a hard area', ({ cards }) => cards.some(({ areaCode }) => areaCode === 'K2')],
    ['a name with rare letters', ({ person }) => /[ỶẴỠỄ]/u.test(person.fullName)],
    ['an unverified identity', ({ person }) => person.identityState !== 'verified'],
  ])('%s', (_, is) => expect(members.some(is)).toBe(true))
})

function hasMoved({ household, members }: Home): boolean {
  return members.some(
    ({ person }) =>
      person.formerProvinceCode !== household.formerProvinceCode &&
      provinceOfFormer(person.formerProvinceCode) === household.provinceCode,
  )
}

function showsFormerNumber({ person: { insuranceNumber, formerInsuranceNumber }, cards }: Member): boolean {
  const numbers = cards.map(({ cardNumber }) => cardNumber.slice(5))
  return (
    formerInsuranceNumber !== undefined && numbers.at(0) === formerInsuranceNumber && numbers.at(-1) === insuranceNumber
  )
}

function hasCardAhead({ cards }: Member): boolean {
  return (
    cards.some(isInForceLike(/./)) && cards.some(({ validFrom, issuedOn }) => issuedOn < today && today < validFrom)
  )
}

function diedWithCard({ person: { diedOn }, cards }: Member): boolean {
  return cards.some(({ recallReason, recalledOn }) => recallReason === 'died' && recalledOn === diedOn)
}

function hasLentNumber({ person, cards }: Member): boolean {
  return !person.insuranceNumber && person.birthDate > '2026-08' && cards.some(isInForceLike(/^TE1/))
}

function isInForceLike(number: RegExp) {
  return ({ cardNumber, validFrom, validTo = today, recalledOn }: Card) =>
    number.test(cardNumber) && validFrom <= today && today <= validTo && !recalledOn
}
