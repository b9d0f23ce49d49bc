import '../../registry/quiet.ts'
import { expect, it } from 'vitest'
import { faults } from './faults.ts'

it.each(faults.map(fault => [fault.name, fault] as const))('%s', { timeout: 120_000 }, async (_, { begin, runs }) => {
  const bringAbout = await begin()
  for (let n = 0; n < runs[0]; n++) await bringAbout(n)
  expect.hasAssertions()
})
