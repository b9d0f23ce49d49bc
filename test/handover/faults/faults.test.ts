import '../../registry/quiet.ts'
import { expect, it } from 'vitest'
import { faults } from './faults.ts'
import { reliabilityRows } from './reliability-page.ts'

it.each(faults.map(fault => [fault.name, fault] as const))('%s', { timeout: 120_000 }, async (_, { begin, runs }) => {
  const bringAbout = await begin(runs[0])
  for (let n = 0; n < runs[0]; n++) await bringAbout(n)
  expect.hasAssertions()
})

it('docs/reliability.md has every fault, with as many runs as a long run makes, and each held', async () => {
  const rows = await reliabilityRows()
  expect(rows).toEqual(
    faults.map(({ name, injected, holds, runs: [, many] }) => [
      name,
      injected,
      holds,
      String(many),
      `held ${many} times`,
    ]),
  )
})
