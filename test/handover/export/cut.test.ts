import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutAt } from '../../../lambdas/handover/export/cut.ts'

const instants = fc.date({ min: new Date('2025-01-01'), max: new Date('2035-01-01'), noInvalidDate: true })

describe('the cut of a handover', () => {
  it('is the last whole minute that lies far enough back', () => {
    const lag = 300
    fc.assert(
      fc.property(instants, now => {
        const behind = now.getTime() - cutAt(now, lag).getTime()
        expect(cutAt(now, lag).getTime() % 60_000).toBe(0)
        expect(behind).toBeGreaterThanOrEqual(lag * 1000)
        expect(behind).toBeLessThan((lag + 60) * 1000)
      }),
    )
    expect(cutAt(new Date('2026-11-22T07:05:00.000Z'), lag)).toEqual(new Date('2026-11-22T07:00:00Z'))
    expect(cutAt(new Date('2026-11-22T07:04:59.999Z'), lag)).toEqual(new Date('2026-11-22T06:59:00Z'))
  })

  it('is the next whole second where nothing lags, so that it holds all that was written', () => {
    expect(cutAt(new Date('2026-11-22T07:05:00.001Z'), 0)).toEqual(new Date('2026-11-22T07:05:01Z'))
    expect(cutAt(new Date('2026-11-22T07:05:01.000Z'), 0)).toEqual(new Date('2026-11-22T07:05:01Z'))
  })
})
