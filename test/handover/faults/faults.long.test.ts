import '../../registry/quiet.ts'
import { afterAll, expect, it } from 'vitest'
import { faults } from './faults.ts'
import { type Seen, writeReliabilityPage } from './reliability-page.ts'

const seen: Seen[] = []
afterAll(() => writeReliabilityPage(seen, new Date().toISOString().slice(0, 10)))

it.each(faults.map(fault => [fault.name, fault] as const))('%s', async (_, fault) => {
  const [, runs] = fault.runs
  const bringAbout = await fault.begin(runs)
  let held = 0
  try {
    for (let n = 0; n < runs; n++) {
      await bringAbout(n)
      held += 1
    }
  } finally {
    seen.push({ fault, runs, held })
  }
  expect(held).toBe(runs)
})
