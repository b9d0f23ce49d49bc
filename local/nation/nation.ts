import type { Day } from '../../lambdas/registry/day.ts'
import { awkwardHomes } from './awkward-homes.ts'
import { numberOfDay } from './calendar.ts'
import { type Home, homeOf } from './home.ts'
import { identifiers } from './identifiers.ts'
import { planHome } from './plan.ts'
import { seededRandom } from './random.ts'
import { householdSizes } from './shape.ts'
import { weighted } from './weighted.ts'

export type { Home } from './home.ts'
export type { Member } from './member.ts'

export interface NationOptions {
  /** Members of households, insured or not, living or dead: exactly so many. */
  readonly people: number
  readonly seed: number
  /** Cards are in force, and all that has happened lies before, as of this day. */
  readonly today: Day
}

const drawSize = weighted(householdSizes)

/**
 * A synthetic nation with the shape of Vietnam's, one household after the other, its person ids ascending. The same options
 * give the same nation. Every awkward case stands among the first households.
 */
export function* nation(options: NationOptions): Generator<Home> {
  const random = seededRandom(options.seed)
  const chances = { life: random, work: seededRandom(options.seed + 2 ** 32) }
  const today = numberOfDay(options.today)
  const issue = identifiers(random, options.people)
  const before = { households: 0, people: 0 }
  while (before.people < options.people) {
    const awkward = awkwardHomes[before.households]
    const whole = awkward ? awkward(random, today) : planHome(random, drawSize(random), today)
    const plan = { ...whole, members: whole.members.slice(0, options.people - before.people) }
    yield homeOf(chances, issue, plan, before, today)
    before.households += 1
    before.people += plan.members.length
  }
}
