import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatCardNumber, isCardNumber, parseCardNumber } from '../../lambdas/registry/card-number.ts'
import { formatFacilityCode, isFacilityCode, parseFacilityCode } from '../../lambdas/registry/facility-code.ts'
import { formatHouseholdId, isHouseholdId, parseHouseholdId } from '../../lambdas/registry/household-id.ts'
import type { Identifier } from '../../lambdas/registry/identifier.ts'
import {
  formatInsuranceNumber,
  isInsuranceNumber,
  parseInsuranceNumber,
} from '../../lambdas/registry/insurance-number.ts'
import { formatNationalId, isNationalId, parseNationalId } from '../../lambdas/registry/national-id.ts'
import { isPersonId } from '../../lambdas/registry/person-id.ts'
import { formerProvinceCodes } from '../../lambdas/registry/provinces.ts'

interface Family {
  readonly name: string
  readonly of: Identifier<string>
  /** By the rule in words, place by place: which characters may stand there. */
  readonly places: readonly string[]
  /** What the places cannot say. */
  readonly holds?: (text: string) => boolean
  /** As it is kept and as it is printed. */
  readonly examples: readonly (readonly [id: string, printed: string])[]
  /** Of the right length and characters, and none all the same. */
  readonly none: readonly string[]
}

const digit = '0123456789'
const letter = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const times = (count: number, characters: string) => Array<string>(count).fill(characters)
const prefixes: readonly string[] = [...formerProvinceCodes, '97', '98']

const families = [
  {
    name: 'an insurance number',
    of: { is: isInsuranceNumber, parse: parseInsuranceNumber, format: formatInsuranceNumber },
    places: times(10, digit),
    holds: text => /[^0]/.test(text),
    examples: [
      ['0123456789', '01 2345 6789'],
      ['7916123456', '79 1612 3456'],
      ['0000000001', '00 0000 0001'],
    ],
    none: ['0000000000'],
  },
  {
    name: 'a national id',
    of: { is: isNationalId, parse: parseNationalId, format: formatNationalId },
    places: ['0', ...times(11, digit)],
    examples: [
      ['001060123456', '001 060 123456'],
      ['079190000001', '079 190 000001'],
      ['096302999999', '096 302 999999'],
    ],
    none: ['101060123456', '901060123456'],
  },
  {
    name: 'a card number',
    of: { is: isCardNumber, parse: parseCardNumber, format: formatCardNumber },
    places: [letter, letter, '12345', ...times(12, digit)],
    examples: [
      ['DN4010123456789', 'DN 4 01 0123456789'],
      ['TE1797916123456', 'TE 1 79 7916123456'],
      ['QN5970000000001', 'QN 5 97 0000000001'],
    ],
    none: ['DN6010123456789', 'DN0010123456789', 'D14010123456789', '0N4010123456789'],
  },
  {
    name: 'a facility code',
    of: { is: isFacilityCode, parse: parseFacilityCode, format: formatFacilityCode },
    places: [digit, digit, ...times(3, digit + letter)],
    holds: text => prefixes.includes(text.slice(0, 2)),
    examples: [
      ['01007', '01 - 007'],
      ['36ASE', '36 - ASE'],
      ['97001', '97 - 001'],
    ],
    none: ['99001', '03001', '00001'],
  },
  {
    name: 'a household id',
    of: { is: isHouseholdId, parse: parseHouseholdId, format: formatHouseholdId },
    places: times(10, digit),
    examples: [
      ['0123456789', '01234 56789'],
      ['7900000001', '79000 00001'],
      ['0000000000', '00000 00000'],
    ],
    none: [],
  },
] as const satisfies readonly Family[]

describe.each<Family>(families)(
  '$name',
  ({ of: { is, parse, format }, places, holds = () => true, examples, none }) => {
    const any = fc
      .tuple(...places.map(characters => fc.constantFrom(...characters)))
      .map(characters => characters.join(''))
      .filter(holds)
    const stray = fc.string({ minLength: 1, maxLength: 3, unit: fc.constantFrom(' ', '-', '.', '\t') })

    it.each(examples)('%s is printed as %s, and read back', (id, printed) => {
      expect([is(id), format(id), parse(printed)]).toEqual([true, printed, id])
    })

    it.each(none)('%s is none', text => {
      expect([is(text), parse(text)]).toEqual([false, undefined])
    })

    it('is whatever the rule says, and is read as it is printed', () => {
      fc.assert(
        fc.property(any, id => {
          expect([is(id), parse(format(id))]).toEqual([true, id])
        }),
      )
    })

    it('is of no other length', () => {
      fc.assert(
        fc.property(any, fc.nat({ max: places.length - 1 }), fc.constantFrom(...digit, ...letter), (id, at, more) => {
          const shorter = id.slice(0, at) + id.slice(at + 1)
          const longer = id.slice(0, at) + more + id.slice(at)
          for (const text of [shorter, longer, `${id}\n`, ` ${id}`, id + more])
            expect([text, is(text)]).toEqual([text, false])
        }),
      )
    })

    it('has no other character at any place', () => {
      const strange = fc.oneof(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
        fc.constantFrom(...'aAzZ09٣０'),
      )
      fc.assert(
        fc.property(any, fc.nat({ max: places.length - 1 }), strange, (id, at, character) => {
          const text = id.slice(0, at) + character + id.slice(at + 1)
          expect([text, is(text)]).toEqual([text, places[at]?.includes(character) === true && holds(text)])
        }),
        { numRuns: 500 },
      )
    })

    it('is read with spaces, dots and hyphens wherever they stand, and in small letters', () => {
      fc.assert(
        fc.property(any, fc.nat({ max: places.length }), stray, (id, at, between) => {
          const written = id.slice(0, at) + between + id.slice(at)
          expect([parse(written), parse(written.toLowerCase())]).toEqual([id, id])
        }),
      )
    })

    it('is nothing but text', () => {
      fc.assert(fc.property(fc.anything(), value => typeof value === 'string' || !is(value)))
    })
  },
)

describe('a person id', () => {
  it.each(['0123456789A', 'ZZZZZZZZZZZ', '0VXYTSRQPNM'])('%s is one', id => {
    expect(isPersonId(id)).toBe(true)
  })

  it.each([
    '0123456789',
    '0123456789AB',
    '0123456789a',
    '0123456789I',
    '0123456789L',
    '0123456789O',
    '0123456789U',
    11,
  ])('%s is none', id => {
    expect(isPersonId(id)).toBe(false)
  })
})
