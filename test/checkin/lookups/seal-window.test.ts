import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextWindow, type SealSchedule } from '../../../lambdas/checkin/lookups/seal-window.ts'

const hourly: SealSchedule = { everySeconds: 3_600, longestSeconds: 86_400, lagSeconds: 300 }
const longAgo = new Date('2026-01-01T00:00:00Z')
const at = (time: string) => new Date(`2026-11-22T${time}Z`)

describe('the next window', () => {
  it('is first whatever the table held at the last full hour', () => {
    expect(nextWindow(null, at('09:10:00'), longAgo, hourly)).toEqual({
      mode: 'full',
      window: { from: null, to: '2026-11-22T09:00:00.000Z' },
    })
  })

  it('waits for the first full hour of the table’s recovery', () => {
    expect(nextWindow(null, at('09:10:00'), at('09:02:00'), hourly)).toBeUndefined()
  })

  it('is an hour, once it is over and can be exported', () => {
    const sealedTo = '2026-11-22T09:00:00.000Z'
    expect(nextWindow(sealedTo, at('10:04:59'), longAgo, hourly)).toBeUndefined()
    expect(nextWindow(sealedTo, at('10:05:00'), longAgo, hourly)).toEqual({
      mode: 'incremental',
      window: { from: sealedTo, to: '2026-11-22T10:00:00.000Z' },
    })
  })

  it('catches up a day at a time', () => {
    const sealedTo = '2026-11-19T09:00:00.000Z'
    expect(nextWindow(sealedTo, at('10:05:00'), longAgo, hourly)?.window.to).toBe('2026-11-20T09:00:00.000Z')
  })

  it('takes the table whole where its recovery no longer reaches back', () => {
    const sealedTo = '2026-11-19T09:00:00.000Z'
    expect(nextWindow(sealedTo, at('10:05:00'), at('00:00:00'), hourly)).toEqual({
      mode: 'full',
      window: { from: sealedTo, to: '2026-11-22T10:00:00.000Z' },
    })
  })
})

const minute = 60_000
const start = at('00:00:00').getTime()

it('windows cover time from the first on without gap or overlap, whatever the runs and the clock do', () => {
  const steps = fc.array(fc.integer({ min: -180, max: 3 * 24 * 60 }), { minLength: 1, maxLength: 60 })
  const recovery = fc.integer({ min: 0, max: 40 * 24 * 60 })
  fc.assert(
    fc.property(steps, recovery, fc.nat({ max: 300 }), (minutes, reach, lagSeconds) => {
      let sealedTo: string | null = null
      let now = start
      for (const step of minutes) {
        now += step * minute
        const earliest = new Date(now - reach * minute)
        const next = nextWindow(sealedTo, new Date(now), earliest, { ...hourly, lagSeconds: lagSeconds + 1 })
        if (!next) continue
        const { mode, window } = next
        const to = Date.parse(window.to)
        expect(window.from).toBe(sealedTo)
        expect(to).toBeLessThanOrEqual(now - lagSeconds * 1000)
        expect(to % (60 * minute)).toBe(0)
        expect(to).toBeGreaterThanOrEqual(earliest.getTime())
        if (mode === 'incremental') {
          const from = Date.parse(window.from as string)
          expect(from).toBeGreaterThanOrEqual(earliest.getTime())
          expect(to - from).toBeGreaterThanOrEqual(15 * minute)
          expect(to - from).toBeLessThanOrEqual(24 * 60 * minute)
        } else if (window.from !== null) expect(to).toBeGreaterThan(Date.parse(window.from))
        sealedTo = window.to
      }
    }),
  )
})

it('a clock that goes on brings every hour into a seal at last', () => {
  let sealedTo: string | null = null
  const ends: (string | undefined)[] = []
  for (let now = start; now < start + 72 * 60 * minute; now += 10 * minute) {
    const next = nextWindow(sealedTo, new Date(now), longAgo, hourly)
    if (next) ends.push(next.window.to)
    sealedTo = next?.window.to ?? sealedTo
  }
  expect(ends).toHaveLength(73)
})
