import { expect, it } from 'vitest'
import { benchLowCaps } from '../../bench/low-caps.ts'
import { folder } from '../local/service.ts'

it('says how far apart the peaks of two sizes are', { timeout: 120_000 }, async () => {
  const { tables } = await benchLowCaps(true, await folder())
  const [small = [], large = []] = tables[0]?.rows ?? []
  expect([small[0], large[0], small[4]]).toEqual(['5,000 people', '10,000 people', '1.00'])
  expect(Number(large[1])).toBeGreaterThan(Number(small[1]))
  expect(Number(large[4])).toBeCloseTo(Number(large[2]) / Number(small[2]), 2)
})
