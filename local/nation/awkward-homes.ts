import type { ObjectCode } from '../../lambdas/registry/object-codes.ts'
import { type DayNumber, dayNumber } from './calendar.ts'
import type { Kin } from './family.ts'
import { mergedWith } from './places.ts'
import { type HomePlan, type MemberPlan, planFamily, planHome } from './plan.ts'
import type { Random } from './random.ts'

type AwkwardHome = (random: Random, today: DayNumber) => HomePlan

/** The cases that a registry holds and careless software trips over; every nation begins with one household of each. */
export const awkwardHomes: readonly AwkwardHome[] = [
  (random, today) => planFamily(random, [man(43)], today),
  (random, today) => planHome(random, 16, today),
  withNewborn,
  movedAcrossMerger,
  alone(77, 'HT', today => ({ diedOn: today - 200 })),
  alone(71, 'HT', () => ({ birthKnown: 'year' })),
  alone(68, 'HT', () => ({ birthKnown: 'month' })),
  alone(35, 'DN', () => ({ nationalId: false })),
  alone(46, undefined, () => ({ insuranceNumber: 'none' })),
  alone(39, 'DN', () => ({ numberReplaced: true })),
  alone(33, 'GD', () => ({ cover: 'lapsed' })),
  alone(52, 'GD', today => ({ cover: 'renewed-ahead', card: { begins: today - 345, open: false } })),
  alone(29, 'DN', today => ({ cover: 'decreased', card: { begins: today - 300, open: true } })),
  alone(31, 'DN', today => ({ cover: 'moved-within-province', card: { begins: today - 300, open: true } })),
  alone(36, 'DN', today => ({ cover: 'reissued', card: { begins: today - 300, open: true } })),
  alone(48, 'DN', today => ({ cover: 'duplicate', card: { begins: today - 300, open: true } })),
  alone(45, 'CN', today => ({ card: { begins: beforeRise(today), open: true } })),
  alone(82, 'LH', today => ({ card: { begins: beforeRise(today), open: true } })),
  ...['Đặng Ngọc Ỷ', 'Trần Văn Ẵm', 'Nguyễn Hữu Trưỡng', 'Y Khŏt Niê', "K'Brễo"].map(fullName =>
    alone(40, 'DN', () => ({ fullName })),
  ),
]

/** A man whose household is he alone, ordinary but for the changes. */
function alone(
  age: number,
  objectCode: string | undefined,
  changes: (today: DayNumber) => Partial<MemberPlan>,
): AwkwardHome {
  return (random, today) => {
    const plan = planFamily(random, [man(age)], today)
    return changedLast(plan, { objectCode: objectCode as ObjectCode | undefined, ...changes(today) })
  }
}

function withNewborn(random: Random, today: DayNumber): HomePlan {
  const newborn: Kin = { relationship: 'child', sex: '2', age: 0.05, lineage: 0 }
  const plan = planFamily(random, [man(27), newborn], today)
  return changedLast(plan, { objectCode: 'TE' as ObjectCode, insuranceNumber: 'lent', nationalId: false })
}

function movedAcrossMerger(random: Random, today: DayNumber): HomePlan {
  for (;;) {
    const plan = planFamily(random, [man(58)], today)
    const [movedFrom] = mergedWith(plan.place)
    if (movedFrom) return changedLast(plan, { objectCode: 'GD' as ObjectCode, movedFrom })
  }
}

function man(age: number): Kin {
  return { relationship: 'head', sex: '1', age, lineage: 0 }
}

/** The plan with its last member ordinary but for the changes. */
function changedLast(plan: HomePlan, changes: Partial<MemberPlan>): HomePlan {
  return {
    ...plan,
    members: plan.members.map((member, at) =>
      at < plan.members.length - 1 ? member : { ...member, ...ordinary, ...changes },
    ),
  }
}

const ordinary = {
  birthKnown: 'day',
  cover: 'in-force',
  earlierCards: 0,
  insuranceNumber: 'own',
  numberReplaced: false,
  nationalId: true,
  movedFrom: undefined,
  diedOn: undefined,
} as const

/** The levels of CN and LH rose on 1 January 2026 (NQ 261/2025/QH15); cards printed before carry the old digit. */
function beforeRise(today: DayNumber): DayNumber {
  return Math.min(today - 30, dayNumber(2025, 12, 20))
}
