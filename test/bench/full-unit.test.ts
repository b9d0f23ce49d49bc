import { expect, it } from 'vitest'
import { benchFullUnit } from '../../bench/full-unit.ts'

it('says what one unit takes in a process of its own', async () => {
  const { tables } = await benchFullUnit(true)
  const [[cards, rows, cpuSeconds, peakMiB] = []] = tables[0]?.rows ?? []
  expect(cards).toBe(20_000)
  // Four copies of 5,000 people in four datasets, and their cards in one
  expect(Number(rows) - 4 * 4 * 5_000).toBeGreaterThan(20_000)
  expect(cpuSeconds).toBeGreaterThan(0)
  expect(peakMiB).toBeGreaterThan(100)
})
