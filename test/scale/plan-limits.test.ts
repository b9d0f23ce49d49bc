import { describe, expect, it } from 'vitest'
import { agreements } from '../../lambdas/handover/agreements.ts'
import { unitRows } from '../../lambdas/handover/engine/lambda-limits.ts'
import { planHandover } from '../../local/scale/handover-plan.ts'
import { fullUnitMiB, largestPlaceMiB } from '../../local/scale/measured.ts'
import { type Limit, limitFault, limits, limitsOf } from '../../local/scale/plan-limits.ts'

const plan = planHandover({ people: 50_000, mode: 'full', agreements })

describe.each(Object.entries(limits) as [Limit['limit'], (typeof limits)[Limit['limit']]][])(
  '%s',
  (limit, { most }) => {
    it('is reached and not exceeded at its most, and is named from there on', () => {
      expect(limitFault({ [limit]: most })).toBe(undefined)
      expect(limitFault({ [limit]: most + 1 })).toEqual({ limit, value: most + 1, most })
    })
  },
)

describe('a plan', () => {
  it('that has more functions at once than an account says so, and where', () => {
    const most = limits['functions-at-once'].most
    const steps = plan.steps.map(step =>
      step.step === 'match' ? { ...step, children: 5_000, atOnce: most + 1 } : step,
    )

    expect(limitsOf({ ...plan, steps })).toContainEqual({
      limit: 'functions-at-once',
      value: most + 1,
      most,
      at: 'match',
    })
  })

  it('that places more files than answers fit into a payload says so, and where', () => {
    const steps = plan.steps.map(step => (step.step === 'place' ? { ...step, children: 87_382 } : step))

    expect(limitsOf({ ...plan, steps })).toContainEqual({
      limit: 'payload-bytes',
      value: 262_147,
      most: 262_144,
      at: 'place',
    })
  })

  it('has no more functions at once than there are children', () => {
    const steps = plan.steps.map(step => ({ ...step, children: 3, atOnce: 5_000 }))

    expect(limitsOf({ ...plan, steps })).toContainEqual(
      expect.objectContaining({ limit: 'functions-at-once', value: 3 }),
    )
  })

  it('takes the memory of a full unit, and of the largest place where one is larger: both are below the most', () => {
    const larger = plan.units.map(one => ({ ...one, rows: { persons: unitRows + 1 } }))
    for (const [units, value] of [
      [plan.units, fullUnitMiB],
      [larger, largestPlaceMiB],
    ] as const) {
      const memory = limitsOf({ ...plan, units }).find(({ limit }) => limit === 'memory-mb')
      expect(memory).toMatchObject({ value, most: 1_769 })
      expect(value).toBeLessThan(1_769)
    }
  })
})
