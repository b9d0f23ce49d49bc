import type { Agreement } from '../../lambdas/handover/agreement.ts'
import { sum } from './child-load.ts'
import { type HandoverPlan, planHandover, transitions, wallSeconds } from './handover-plan.ts'
import { largestDataFileBytes } from './largest-data-file.ts'
import { monthCost, pollsOf } from './month-cost.ts'
import { type Limit, limitsOf } from './plan-limits.ts'
import { pricesAsOf } from './prices.ts'

/** The document that `bangiao cost --json` prints. */
export type CostReport = ReturnType<typeof costReport>

/** What a month of handovers to these recipients costs, and how far one goes towards AWS's limits. */
export function costReport(people: number, agreements: readonly Agreement[]) {
  const full = planHandover({ people, mode: 'full', agreements })
  const delta = planHandover({ people, mode: 'delta', agreements })
  const { usd, lines, fulls, deltas } = monthCost({ full, delta, agreements })
  return {
    people,
    region: 'ap-southeast-1',
    pricesAsOf,
    usd: cents(usd),
    unconfirmedUsd: cents(
      sum(
        lines.filter(({ confirmed }) => !confirmed),
        ({ usd }) => usd,
      ),
    ),
    month: { fulls, deltas },
    lines: lines.map(({ quantity, usd, ...line }) => ({
      ...line,
      quantity: Number(quantity.toFixed(3)),
      usd: cents(usd),
    })),
    full: planReport(full),
    delta: planReport(delta),
    largestProvince: largestProvince(full),
    largestDataFileBytes: largestDataFileBytes(full.buckets),
  }
}

export interface PlanReport {
  readonly items: number
  readonly billedBytes: number
  readonly exportBytes: number
  readonly dataFiles: number
  readonly buckets: number
  readonly merges: number
  readonly units: number
  readonly comparisons: number
  readonly finalFiles: number
  readonly finalBytes: number
  readonly stateTransitions: number
  /** From the end of the export to the notices. */
  readonly wallSeconds: number
  readonly steps: HandoverPlan['steps']
  readonly limits: readonly Limit[]
}

function planReport(plan: HandoverPlan): PlanReport {
  const { exported, billedBytes, exportBytes, dataFiles, buckets, merges, units, comparisons, finalFiles, steps } = plan
  return {
    items: sum(Object.values(exported), count => count),
    billedBytes,
    exportBytes: Math.round(exportBytes),
    dataFiles,
    buckets,
    merges: merges.length,
    units: units.length,
    comparisons: comparisons.length,
    finalFiles: finalFiles.length,
    finalBytes: sum(finalFiles, ({ bytes }) => bytes),
    stateTransitions: transitions(plan, pollsOf(plan)),
    wallSeconds: Math.round(wallSeconds(plan)),
    steps: steps.map(({ longestSeconds, totalSeconds, ...step }) => ({
      ...step,
      longestSeconds: Math.round(longestSeconds),
      totalSeconds: Math.round(totalSeconds),
    })),
    limits: limitsOf(plan),
  }
}

/** Where most people live, and what a child that compacts some of it has on its disk. */
function largestProvince({ size, units }: HandoverPlan) {
  const people = new Map<string, number>()
  for (const { province, rows } of size.places) people.set(province, (people.get(province) ?? 0) + (rows.persons ?? 0))
  const [province, most] = [...people].reduce((one, other) => (other[1] > one[1] ? other : one), ['', 0])
  const its = units.filter(({ unit }) => unit.province === province)
  return {
    province,
    people: most,
    units: its.length,
    scratchBytes: Math.max(0, ...its.map(({ load }) => load.scratchBytes)),
  }
}

function cents(usd: number): number {
  return Math.round(usd * 100) / 100
}
