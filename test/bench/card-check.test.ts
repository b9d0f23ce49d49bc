import { expect, it } from 'vitest'
import { benchCardCheck } from '../../bench/card-check.ts'

it('says what a check takes: our own code, a cold start, the whole stack', { timeout: 120_000 }, async () => {
  const { tables } = await benchCardCheck(true)
  const [own = [], bundles = [], load = []] = tables.map(({ rows }) => rows)

  expect(own.map(([dialect, checks, , , , reads, writes]) => [dialect, checks, reads, writes])).toEqual([
    ['native', 1_000, '2.00', '1.00'],
    ['gateway', 1_000, '2.00', '1.00'],
  ])
  for (const [, , p50, p99] of own) expect(Number(p99)).toBeGreaterThanOrEqual(Number(p50))
  expect(bundles.map(([entry]) => entry)).toContain('checkin/card-check')
  for (const [entry, kilobytes, milliseconds] of bundles) {
    expect(kilobytes, String(entry)).toBeLessThan(1_000)
    expect(milliseconds, String(entry)).toBeGreaterThan(10)
  }
  expect(load.map(([way]) => way)).toEqual([
    'bare operations, SDK and stand-in in one process',
    'bare operations, by the SDK of another process',
    'native, through the stack',
    'gateway, through the stack',
    'native, our own code',
    'gateway, our own code',
  ])
  for (const [way, perSecond] of load) expect(perSecond, String(way)).toBeGreaterThan(0)
})
