import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { windowsBetween } from '../../../lambdas/handover/export/windows.ts'

const minute = 60_000
const shortest = 15 * minute
const longest = 24 * 60 * minute

describe('windows of incremental exports', () => {
  it('chain from one instant to the other, each of 15 minutes to 24 hours, as few as that allows', () => {
    const spans = fc.record({
      from: fc.date({ min: new Date('2026-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
      length: fc.oneof(
        fc.integer({ min: shortest, max: 3 * longest }),
        fc.integer({ min: 15, max: 5_000 * 24 * 60 }).map(minutes => minutes * minute),
        fc.integer({ min: 1, max: 5_000 }).map(days => days * longest),
        fc.integer({ min: 1, max: 5_000 }).map(days => days * longest + minute),
      ),
    })

    fc.assert(
      fc.property(spans, ({ from, length }) => {
        const to = new Date(from.getTime() + length)

        const windows = windowsBetween(from, to)

        expect(windows.map(window => window.from)).toEqual([
          from.toISOString(),
          ...windows.slice(0, -1).map(window => window.to),
        ])
        expect(windows.at(-1)?.to).toBe(to.toISOString())
        const lengths = windows.map(window => Date.parse(window.to) - Date.parse(window.from))
        expect(Math.min(...lengths)).toBeGreaterThanOrEqual(shortest)
        expect(Math.max(...lengths)).toBeLessThanOrEqual(longest)
        expect(windows).toHaveLength(Math.ceil(length / longest))
      }),
    )
  })
})
