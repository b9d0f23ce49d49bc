import type { ObjectCode } from '../../lambdas/registry/object-codes.ts'
import type { Kin } from './family.ts'
import type { Place } from './places.ts'
import type { Random } from './random.ts'
import {
  type ByAge,
  cardlessShares,
  collegeChances,
  incomeChances,
  meritChances,
  meritCodes,
  payingChances,
  payingShare,
  pensionByAge,
  pensionChances,
  pensionCodes,
  protectionChances,
  relativeChance,
  relativeCodes,
  type Setting,
  schoolChances,
  servingCodes,
  servingShare,
  socialPensionChances,
  workByAge,
  workChances,
  workCodes,
} from './shape.ts'
import { weighted } from './weighted.ts'

/** What a household is to health insurance, before its members' own grounds. */
export interface Standing {
  readonly place: Place
  readonly minority: boolean
  readonly income: 'poor' | 'near-poor' | 'average-farming' | 'other'
  /** Who serves in the armed forces, by position in the household. */
  readonly serving: { readonly position: number; readonly code: keyof typeof relativeCodes } | undefined
  /** Whether those who must pay for themselves do so together. */
  readonly paysTogether: boolean
}

const drawWorkCode = weighted(workCodes)
const drawPensionCode = weighted(pensionCodes)
const drawMeritCode = weighted(meritCodes)
const drawServingCode = weighted(servingCodes)

export function drawStanding(random: Random, place: Place, minority: boolean, kin: readonly Kin[]): Standing {
  const position = kin.findIndex(({ age }) => age >= 19 && age < 55)
  const serves = (position === 0 || position === 1) && random.chance(servingShare)
  return {
    place,
    minority,
    income: drawIncome(random, place),
    serving: serves ? { position, code: drawServingCode(random) } : undefined,
    paysTogether: random.chance(payingShare),
  }
}

export interface Applicant {
  readonly position: number
  /** Full years. */
  readonly age: number
  /** Whether the card of a child under six still counts. */
  readonly childCard: boolean
}

/** The group in which a member is insured; none for those who hold no card. */
export function drawObjectCode(random: Random, standing: Standing, applicant: Applicant): ObjectCode | undefined {
  const code = drawGround(random, standing, applicant)
  return code && !random.chance(cardlessShares[code] ?? 0.01) ? (code as ObjectCode) : undefined
}

/** The first ground that holds, in the order in which the law asks for them. */
function drawGround(random: Random, standing: Standing, { position, age, childCard }: Applicant): string | undefined {
  const { place, minority, income, serving } = standing
  const setting = income === 'poor' ? income : settingOf(place)
  if (childCard) return 'TE'
  if (serving?.position === position) return serving.code
  if (random.chance(workChances[setting] * byAge(workByAge, age))) return drawWorkCode(random)
  if (random.chance(pensionChances[setting] * byAge(pensionByAge, age))) return drawPensionCode(random)
  if (random.chance(byAge(meritChances, age))) return age < 50 ? 'TS' : drawMeritCode(random)
  if (random.chance(byAge(protectionChances, age))) return age >= 80 && random.chance(0.02) ? 'CT' : 'BT'
  if (random.chance(byAge(socialPensionChances, age))) return 'LH'
  if (income === 'poor') return 'HN'
  if (place.areaCode === 'K3') return 'XD'
  if (place.areaCode && minority) return 'DT'
  if (place.areaCode === 'K2') return 'DK'
  if (serving && random.chance(relativeChance)) return relativeCodes[serving.code]
  if (random.chance(byAge(schoolChances, age))) return 'HS'
  if (random.chance(byAge(collegeChances, age))) return random.chance(0.005) ? 'LS' : 'SV'
  if (income === 'near-poor') return 'CN'
  if (income === 'average-farming') return 'GB'
  return random.chance(payingChance(standing, age)) ? 'GD' : undefined
}

function payingChance({ paysTogether }: Standing, age: number): number {
  if (paysTogether) return payingChances.together
  return age < 60 ? payingChances.alone : payingChances.aloneFrom60
}

function drawIncome(random: Random, place: Place): Standing['income'] {
  const { poor, nearPoor, averageFarming } = incomeChances[settingOf(place)]
  const drawn = random.next()
  if (drawn < poor) return 'poor'
  if (drawn < poor + nearPoor) return 'near-poor'
  return drawn < poor + nearPoor + averageFarming ? 'average-farming' : 'other'
}

function settingOf({ areaCode, urban }: Place): Setting {
  if (areaCode) return 'hardship'
  return urban ? 'urban' : 'rural'
}

function byAge(values: ByAge, age: number): number {
  let found = 0
  for (const [from, value] of values) {
    if (age < from) break
    found = value
  }
  return found
}
