import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { agreements } from '../../lambdas/handover/agreements.ts'
import { datasets } from '../../lambdas/handover/datasets.ts'
import { unitRows } from '../../lambdas/handover/engine/lambda-limits.ts'
import { leaseMilliseconds } from '../../lambdas/handover/leased-job.ts'
import { rowsIn } from '../../local/scale/child-load.ts'
import { type HandoverPlan, planHandover, wallSeconds } from '../../local/scale/handover-plan.ts'
import { largestDataFileBytes } from '../../local/scale/largest-data-file.ts'
import { nationSize } from '../../local/scale/nation-size.ts'

const people = fc.integer({ min: 1, max: 200_000_000 })
const mode = fc.constantFrom('full', 'delta')

describe('a planned handover', () => {
  it('hands every row over once, to whoever is granted it', () => {
    holds((plan, people) => {
      const counted = rowsIn(nationSize(people).places)
      for (const { recipient, rows, ...agreement } of agreements.filter(({ rows }) => !rows.provinceCodes)) {
        for (const { name, counts } of datasets.filter(({ name }) => agreement.datasets[name])) {
          const files = plan.finalFiles.filter(file => file.recipient === recipient && file.dataset === name)
          const handedOver = files.reduce((sum, { rows }) => sum + rows, 0)
          expect(handedOver, `${name} for ${recipient}`).toBe(counted[counts])
        }
      }
    })
  })

  it('has no unit above the cap, but for a ward or agency alone', () => {
    holds(({ units }) => {
      for (const { unit, rows } of units)
        if (unit.places[0] !== unit.places[1])
          expect(Math.max(...Object.values(rows).map(Number))).toBeLessThanOrEqual(unitRows)
    })
  })

  it('of twice the people takes more time in every step that reads rows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_000_000, max: 100_000_000 }), mode, (people, mode) => {
        const [one, other] = [people, 2 * people].map(people => planHandover({ people, mode, agreements }).steps)
        for (const step of ['convert', 'match', 'compact', 'compare', 'place']) {
          const seconds = (steps: HandoverPlan['steps'] | undefined) =>
            steps?.find(found => found.step === step)?.totalSeconds ?? 0
          expect(seconds(other), step).toBeGreaterThan(seconds(one))
        }
      }),
      { numRuns: 20 },
    )
  })
})

it.each(['full', 'delta'] as const)('the lease holds ten times as long as all of the nation’s %s handover', mode => {
  const plan = planHandover({ people: 103_000_000, mode, agreements })

  expect(10 * wallSeconds(plan) * 1000).toBeLessThan(leaseMilliseconds)
})

describe('one data file', () => {
  it('may hold more than a partition of DynamoDB’s, 10 GB', () => {
    expect(largestDataFileBytes(197)).toBeGreaterThan(10e9)
  })
})

function holds(check: (plan: HandoverPlan, people: number) => void) {
  fc.assert(
    fc.property(people, mode, (people, mode) => check(planHandover({ people, mode, agreements }), people)),
    { numRuns: 20 },
  )
}
