import { expect, it } from 'vitest'
import { fuzzed, type Tally } from './fuzz.ts'
import { fuzzRows, grouped } from './fuzz-page.ts'
import { memoryDesk } from './memory-desk.ts'

it.each(fuzzed.map(each => [each.name, each] as const))('%s', { timeout: 120_000 }, async (_, each) => {
  const tally: Tally = new Map()
  await each.run(await memoryDesk(), each.requests[0] / each.requestsEach, tally)
  expect(tally.size).toBeGreaterThan(1)
})

it('docs/fuzz.md has each of them, with as many requests as a long run sends, and each held', async () => {
  const rows = await fuzzRows()
  expect(rows.map(row => row.slice(0, 5))).toEqual(
    fuzzed.map(({ name, sent, holds, requests: [, many] }) => [name, sent, holds, grouped(many), 'held for each']),
  )
})
