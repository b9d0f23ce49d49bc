import type { HouseholdId } from '../../lambdas/registry/household-id.ts'
import type { InsuranceNumber } from '../../lambdas/registry/insurance-number.ts'
import type { NationalId } from '../../lambdas/registry/national-id.ts'
import type { PersonId } from '../../lambdas/registry/person-id.ts'
import type { FormerProvinceCode } from '../../lambdas/registry/provinces.ts'
import type { Random } from './random.ts'

/** Issues numbers that are unique in the nation, without remembering them. */
export interface Identifiers {
  /** Ascending, so that records in the order of the persons are sorted by id. */
  personId(index: number): PersonId
  householdId(index: number): HouseholdId
  insuranceNumber(index: number, kind: InsuranceNumberKind): InsuranceNumber
  nationalId(birthProvince: FormerProvinceCode, birthYear: number, sex: '1' | '2'): NationalId
}

const insuranceNumberKinds = ['present', 'former', 'lent'] as const
export type InsuranceNumberKind = (typeof insuranceNumberKinds)[number]

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

export function identifiers(random: Random, people: number): Identifiers {
  const households = shuffledDigits(random, 5)
  const insured = shuffledDigits(random, 5)
  const citizens = shuffledDigits(random, 3)
  const nextCitizens = new Map<string, number>()

  return {
    personId(index) {
      const withinSlot = random.next() * newcomersFrom
      return sortableId((index + withinSlot) / people) as PersonId
    },
    householdId: index => households(index) as HouseholdId,
    insuranceNumber(index, kind) {
      const serial = index * insuranceNumberKinds.length + insuranceNumberKinds.indexOf(kind)
      const number = insured(serial)
      return (number === '0000000000' ? insured(10 ** 10 - 1) : number) as InsuranceNumber
    },
    nationalId(birthProvince, birthYear, sex) {
      const century = 2 * Math.floor((birthYear - 1900) / 100) + (sex === '1' ? 0 : 1)
      const group = `0${birthProvince}${century}${String(birthYear % 100).padStart(2, '0')}`
      const serial = nextCitizens.get(group) ?? random.below(10 ** 6)
      nextCitizens.set(group, (serial + 1) % 10 ** 6)
      return `${group}${citizens(serial)}` as NationalId
    },
  }
}

/** The part of everybody's slot among the ids that is kept for one who comes later. */
const newcomersFrom = 0.9

/** Sorts behind the person of the index and before the next one. */
export function newcomerId(index: number, people: number): PersonId {
  return sortableId((index + newcomersFrom + 0.05) / people) as PersonId
}

/** Eleven characters that stand for a fraction of the whole space, 30 bits and 25 bits. */
function sortableId(fraction: number): string {
  const scaled = fraction * 2 ** 30
  const high = Math.floor(scaled)
  return base32(high, 6) + base32(Math.floor((scaled - high) * 2 ** 25), 5)
}

function base32(value: number, characters: number): string {
  let text = ''
  for (let shift = 5 * (characters - 1); shift >= 0; shift -= 5) text += crockford[(value >>> shift) & 31]
  return text
}

/** Gives each number below 10^(2 × half) its own number of 2 × half digits, in no visible order: four Feistel rounds. */
function shuffledDigits(random: Random, half: number): (serial: number) => string {
  const base = 10 ** half
  const keys = Array.from({ length: 4 }, () => random.below(2 ** 32))
  return serial => {
    let left = Math.floor(serial / base)
    let right = serial % base
    for (const key of keys) {
      const mixed = (left + mix(right ^ key)) % base
      left = right
      right = mixed
    }
    return String(left).padStart(half, '0') + String(right).padStart(half, '0')
  }
}

function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x45d9f3b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0x2c1b3c6d)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
