import type { BirthPrecision } from '../../lambdas/registry/birth-date.ts'
import type { EthnicCode } from '../../lambdas/registry/ethnic-groups.ts'
import type { ObjectCode } from '../../lambdas/registry/object-codes.ts'
import type { FormerProvinceCode } from '../../lambdas/registry/provinces.ts'
import { ageOn, type DayNumber, dayNumber } from './calendar.ts'
import { childCardEnd } from './card-periods.ts'
import { drawObjectCode, drawStanding } from './enrolment.ts'
import { family, type Kin } from './family.ts'
import { forenames, surname } from './names.ts'
import { drawEthnicCode, drawPlace, mergedWith, type Place } from './places.ts'
import type { Random } from './random.ts'
import { coverShares, nationalIdShare } from './shape.ts'
import { weighted } from './weighted.ts'

/** All that is decided about a household before its records are written. */
export interface HomePlan {
  readonly place: Place
  readonly ethnicCode: EthnicCode
  readonly members: readonly MemberPlan[]
}

export interface MemberPlan extends Kin {
  readonly fullName: string
  readonly birth: DayNumber
  readonly birthKnown: BirthPrecision
  readonly objectCode: ObjectCode | undefined
  readonly cover: Cover
  /** How many cards he or she held before the one that counts. */
  readonly earlierCards: number
  /** On a newborn's card stands a number that the portal lends until the birth is registered. */
  readonly insuranceNumber: 'own' | 'lent' | 'none'
  readonly numberReplaced: boolean
  readonly nationalId: boolean
  /** A former province that was merged with the household's; the record still names it. */
  readonly movedFrom: FormerProvinceCode | undefined
  readonly diedOn: DayNumber | undefined
  /** Where a case asks for it: when the card that counts began, and whether it runs for a year or stays open. */
  readonly card?: { readonly begins: DayNumber; readonly open: boolean }
}

/**
 * What became of the card: in force; in force with the next one issued already; in force after another one was recalled;
 * run out; or recalled without a new one.
 */
export type Cover = keyof typeof coverShares

const drawCover = weighted(Object.entries(coverShares) as [Cover, number][])

export function planHome(random: Random, size: number, today: DayNumber): HomePlan {
  return planFamily(random, family(random, size), today)
}

export function planFamily(random: Random, kin: readonly Kin[], today: DayNumber): HomePlan {
  const place = drawPlace(random)
  const ethnicCode = drawEthnicCode(random, place)
  const standing = drawStanding(random, place, ethnicCode !== '01', kin)
  const surnames: string[] = []
  const members = kin.map((member, position): MemberPlan => {
    const birth = today - 1 - Math.floor(member.age * 365.2425)
    const age = ageOn(birth, today)
    const objectCode = drawObjectCode(random, standing, { position, age, childCard: today <= childCardEnd(birth) })
    surnames[member.lineage] ??= surname(random)
    return {
      ...member,
      fullName: `${surnames[member.lineage]} ${forenames(random, member.sex)}`,
      birth,
      birthKnown: drawBirthKnown(random, birth),
      objectCode,
      cover: drawCover(random),
      earlierCards: drawEarlierCards(random),
      insuranceNumber: drawInsuranceNumber(random, objectCode, age, today - birth),
      numberReplaced: age >= 7 && random.chance(0.012),
      nationalId: random.chance(age < 1 ? 0.9 : nationalIdShare),
      movedFrom: drawMovedFrom(random, place),
      diedOn: drawDeath(random, age, birth, today),
    }
  })
  return { place, ethnicCode, members }
}

/** Before 1970 many births were registered by year alone; since 2000 hardly any. */
function drawBirthKnown(random: Random, birth: DayNumber): BirthPrecision {
  if (birth > dayNumber(2000, 1, 1)) return 'day'
  const before1970 = birth < dayNumber(1970, 1, 1)
  if (random.chance(before1970 ? 0.16 : 0.002)) return 'year'
  return random.chance(before1970 ? 0.02 : 0.003) ? 'month' : 'day'
}

function drawEarlierCards(random: Random): number {
  if (!random.chance(0.31)) return 0
  return random.chance(0.85) ? 1 : random.between(2, 4)
}

function drawInsuranceNumber(random: Random, code: ObjectCode | undefined, age: number, days: number) {
  if (code === 'TE' && days < 90 && random.chance(0.7)) return 'lent'
  if (code) return 'own'
  return random.chance(age < 18 ? 0.3 : 0.6) ? 'own' : 'none'
}

function drawMovedFrom(random: Random, place: Place): FormerProvinceCode | undefined {
  if (!random.chance(0.004)) return undefined
  const others = mergedWith(place)
  return others[random.below(others.length)]
}

/** Within the last two years: those who died earlier are no longer members. */
function drawDeath(random: Random, age: number, birth: DayNumber, today: DayNumber): DayNumber | undefined {
  const chance = age >= 80 ? 0.11 : age >= 60 ? 0.022 : 0.0025
  return random.chance(chance) ? Math.max(birth, today - random.between(1, 730)) : undefined
}
