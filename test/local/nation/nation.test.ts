import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Card } from '../../../lambdas/registry/card.ts'
import { isKnownFacility } from '../../../lambdas/registry/facilities.ts'
import { levelOf, type ObjectCode } from '../../../lambdas/registry/object-codes.ts'
import { provinceOfFormer } from '../../../lambdas/registry/provinces.ts'
import { provinceOfWard } from '../../../lambdas/registry/wards.ts'
import { type Home, nation } from '../../../local/nation/nation.ts'
import { day } from './days.ts'

const today = day('2026-11-22')

const begins = { social: '1995-01', health: '1998-09', unemployment: '2009-01' } as const

/** Small nations of any seed, as of any day from 2024 to 2030. */
const nations = fc
  .record({
    people: fc.integer({ min: 1, max: 300 }),
    seed: fc.integer(),
    today: fc.date({ min: new Date('2024-01-01'), max: new Date('2030-12-31'), noInvalidDate: true }),
  })
  .map(options => ({ ...options, today: day(options.today.toISOString().slice(0, 10)) }))

describe('A nation, whatever its size, seed and day,', () => {
  it('has exactly so many people', () => {
    always(({ people }, homes) => {
      expect(homes.flatMap(({ members }) => members)).toHaveLength(people)
    })
  })

  it('has person ids that ascend and household ids of which none comes twice', () => {
    always((_, homes) => {
      const persons = homes.flatMap(({ members }) => members.map(({ person }) => person.personId))
      expect(persons).toEqual([...new Set(persons)].sort())
      expect(new Set(homes.map(({ household }) => household.householdId)).size).toBe(homes.length)
    })
  })

  it('gives nobody the number of somebody else', () => {
    always((_, homes) => {
      const persons = homes.flatMap(({ members }) => members.map(({ person }) => person))
      const numbers = persons.flatMap(({ nationalId, insuranceNumber, formerInsuranceNumber }) =>
        [nationalId, insuranceNumber, formerInsuranceNumber].filter(number => number !== undefined),
      )
      expect(new Set(numbers).size).toBe(numbers.length)
    })
  })

  it('holds each card only once', () => {
    always((_, homes) => {
      for (const { cards } of homes.flatMap(({ members }) => members)) {
        const keys = cards.map(({ cardNumber, validFrom }) => `${cardNumber} ${validFrom}`)
        expect(new Set(keys).size).toBe(keys.length)
      }
    })
  })

  it('has nobody contribute twice from the same month through one employer, to a scheme before it was, or as a child', () => {
    always((_, homes) => {
      for (const { members, contributions } of homes) {
        const keys = contributions.map(one => `${one.personId} ${one.scheme} ${one.firstMonth} ${one.employerCode}`)
        expect(new Set(keys).size).toBe(keys.length)
        for (const { personId, scheme, firstMonth, lastMonth = firstMonth } of contributions) {
          const { birthDate } = members.find(({ person }) => person.personId === personId)?.person ?? {}
          expect(firstMonth >= begins[scheme] && firstMonth <= lastMonth).toBe(true)
          expect(Number(firstMonth.slice(0, 4)) - Number(birthDate?.slice(0, 4))).toBeGreaterThanOrEqual(16)
        }
      }
    })
  })

  it('knows only of days before its own, but for the cover ahead', () => {
    always(({ today }, homes) => {
      for (const { household, members } of homes) {
        expect(household.registeredOn < today).toBe(true)
        for (const { person, cards } of members) {
          const happened = [person.birthDate, person.diedOn, person.identityVerifiedOn]
          const issued = cards.flatMap(({ issuedOn, recalledOn }) => [issuedOn, recalledOn])
          for (const known of [...happened, ...issued]) expect(known === undefined || known < today).toBe(true)
        }
      }
    })
  })

  it('has cards that begin before they end, issued after the birth and before the recall', () => {
    always((_, homes) => {
      for (const { person, cards } of homes.flatMap(({ members }) => members)) {
        const birth: string = person.birthDate
        for (const { validFrom, validTo = validFrom, issuedOn, recalledOn = issuedOn } of cards) {
          expect(validFrom <= validTo && birth <= validFrom).toBe(true)
          expect(birth <= issuedOn && issuedOn <= recalledOn).toBe(true)
        }
      }
    })
  })

  it('prints on each card the level that the law gave the group on the day of issue', () => {
    always((_, homes) => {
      for (const { cardNumber, issuedOn } of cardsOf(homes)) {
        expect(Number(cardNumber[2])).toBe(levelOf(cardNumber.slice(0, 2) as ObjectCode, issuedOn))
      }
    })
  })

  it('registers people at facilities and in wards that exist, in the province that took theirs in', () => {
    always((_, homes) => {
      for (const { facilityCode } of cardsOf(homes)) expect(isKnownFacility(facilityCode)).toBe(true)
      for (const { household, members } of homes) {
        for (const residence of [household, ...members.map(({ person }) => person)]) {
          expect(residence.provinceCode).toBe(household.provinceCode)
          expect(provinceOfWard(residence.wardCode)).toBe(residence.provinceCode)
          expect(provinceOfFormer(residence.formerProvinceCode)).toBe(residence.provinceCode)
        }
      }
    })
  })

  it('counts the members who pay for themselves from 1, each with the share of his order', () => {
    always(({ today }, homes) => {
      for (const { members } of homes) {
        const paying = members
          .flatMap(({ cards }) => cards.filter(card => isInForce(card, today)))
          .filter(({ cardNumber }) => cardNumber.startsWith('GD'))
        const orders = paying.map(({ enrolmentOrder = 0 }) => enrolmentOrder)
        expect(orders).toEqual([...new Set(orders)].sort((a, b) => a - b))
        for (const { enrolmentOrder = 0, contributionShare } of paying) {
          expect(contributionShare).toBe([100, 70, 60, 50][enrolmentOrder - 1] ?? 40)
        }
      }
    })
  })
})

describe('A nation of 20,000', () => {
  const members = [...nation({ people: 20_000, seed: 5, today })].flatMap(({ members }) => members)
  const ages = new Map<string, number[]>()
  for (const { person, cards } of members) {
    const card = cards.find(card => isInForce(card, today))
    if (!card || person.birthDate.length < 10) continue
    const object = card.cardNumber.slice(0, 2)
    ages.set(object, [...(ages.get(object) ?? []), fullYears(person.birthDate)])
  }

  it.each([
    ['TE', 0, 5],
    ['HS', 6, 17],
    ['SV', 18, 22],
    ['DN', 18, 59],
    ['HT', 57, 120],
    ['LH', 75, 120],
    ['QN', 19, 54],
  ])('insures %s at %i to %i years', (object, from, to) => {
    const found = ages.get(object) ?? []
    expect(found.length).toBeGreaterThan(0)
    expect(Math.min(...found)).toBeGreaterThanOrEqual(from)
    expect(Math.max(...found)).toBeLessThanOrEqual(to)
  })

  it('writes into a national id the century, the sex, the year and the province of the birth', () => {
    for (const { person } of members) {
      const { nationalId, birthDate, sex, birthProvinceCode } = person
      if (!nationalId || !birthProvinceCode) continue
      const century = (birthDate < '2000' ? 0 : 2) + (sex === '1' ? 0 : 1)
      expect(nationalId.slice(0, 6)).toBe(`0${birthProvinceCode}${century}${birthDate.slice(2, 4)}`)
    }
  })

  it('prints 97 on the cards of the military, 98 on those of the police, and elsewhere the former province', () => {
    for (const { person, cards } of members) {
      for (const { cardNumber, facilityCode } of cards) {
        const object = cardNumber.slice(0, 2)
        const issuer = { QN: '97', CY: '97', CA: '98' }[object] ?? person.formerProvinceCode
        expect(cardNumber.slice(3, 5)).toBe(issuer)
        if (issuer > '96') expect(facilityCode.slice(0, 2)).toBe(issuer)
      }
    }
  })

  it('calls nobody by a number that an operator has given away', () => {
    const phones = members.flatMap(({ person }) => person.phone ?? [])
    expect(phones.length).toBeGreaterThan(10_000)
    expect(phones.filter(phone => !phone.startsWith('+8400'))).toEqual([])
  })

  it('gives the children of a household one surname', () => {
    const byHousehold = Map.groupBy(
      members.filter(({ person }) => person.relationshipCode === '08'),
      ({ person }) => person.householdId,
    )
    expect([...byHousehold.values()].every(children => new Set(children.map(surname)).size === 1)).toBe(true)
  })
})

function always(holds: (options: { people: number; today: string }, homes: readonly Home[]) => void): void {
  fc.assert(
    fc.property(nations, options => holds(options, [...nation(options)])),
    { numRuns: 30 },
  )
}

function cardsOf(homes: readonly Home[]) {
  return homes.flatMap(({ members }) => members.flatMap(({ cards }) => cards))
}

function isInForce({ validFrom, validTo, recalledOn }: Card, today: string): boolean {
  return validFrom <= today && (!validTo || today <= validTo) && !recalledOn
}

function fullYears(birth: string): number {
  const birthday = today.slice(5) >= birth.slice(5)
  return Number(today.slice(0, 4)) - Number(birth.slice(0, 4)) - (birthday ? 0 : 1)
}

function surname({ person }: { readonly person: { readonly fullName: string } }): string {
  return person.fullName.split(' ')[0] as string
}
