import fc from 'fast-check'
import { letters } from '../../../lambdas/checkin/verdict/identity.ts'
import type { FacilityCode } from '../../../lambdas/registry/facility-code.ts'
import type { HeldPerson } from '../../../lambdas/registry/items.ts'
import { numbersOf } from '../../../lambdas/registry/person-numbers.ts'
import { facilities } from './memory-desk.ts'
import { chosen, seeded } from './seeded.ts'

/** What a desk has before it, in no dialect's words; all of it well-formed. */
export interface Facts {
  readonly facility: FacilityCode
  readonly number: string
  /** `yyyy-mm-dd`, `yyyy-mm` or `yyyy`. */
  readonly birthDate: string
  readonly fullName: string
}

const anybody = fc.oneof(fc.constantFrom(...chosen), fc.constantFrom(...seeded))

const digits = (length: number) => fc.stringMatching(new RegExp(`^[1-9][0-9]{${length - 1}}$`))

const strangersNumber = fc.oneof(
  digits(10),
  digits(11).map(number => `0${number}`),
  digits(10).map(number => `HN401${number}`),
)

/** As somebody may write or scan it. */
const written = fc.constantFrom<(number: string) => string>(
  number => number,
  number => number.toLowerCase(),
  number => number.replace(/(.{2})(?=.)/g, '$1 '),
  number => `${number.slice(0, 4)}-${number.slice(4, 7)}.${number.slice(7)}`,
  number => (number.length === 15 ? `${number}A1` : number),
)

const birthDate = ({ person }: HeldPerson) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant<string>(person.birthDate) },
    fc.constantFrom(person.birthDate.slice(0, 4), person.birthDate.slice(0, 7)),
    anybody.map(other => other.person.birthDate as string),
    fc.constant('1900-01-01'),
  )

const fullName = ({ person }: HeldPerson) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant<string>(person.fullName) },
    fc.constantFrom(letters(person.fullName), person.fullName.toUpperCase(), person.fullName.normalize('NFD')),
    fc.constant(person.fullName.replaceAll(/(?<=\p{L})\p{L}+/gu, 'ong')),
    anybody.map(other => other.person.fullName as string),
  )

const number = ({ person, cards }: HeldPerson) =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.constantFrom(
        ...numbersOf(person, cards).map(held => held.number as string),
        ...cards.map(held => held.cardNumber as string),
      ),
    },
    anybody.map(other => (other.person.nationalId ?? '001190000001') as string),
    strangersNumber,
  )

export const facts: fc.Arbitrary<Facts> = anybody.chain(held =>
  fc
    .record({
      facility: fc.constantFrom(...facilities),
      number: number(held),
      written,
      birthDate: birthDate(held),
      fullName: fullName(held),
    })
    .map(({ written, ...presented }) => ({ ...presented, number: written(presented.number) })),
)
