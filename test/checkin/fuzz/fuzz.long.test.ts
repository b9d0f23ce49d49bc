import { afterAll, expect, it } from 'vitest'
import { fuzzed, type Tally } from './fuzz.ts'
import { type Seen, writeFuzzPage } from './fuzz-page.ts'
import { memoryDesk } from './memory-desk.ts'

const seen: Seen[] = []
afterAll(() => writeFuzzPage(seen, new Date().toISOString().slice(0, 10)))

it.each(fuzzed.map(each => [each.name, each] as const))('%s', async (_, each) => {
  const tally: Tally = new Map()
  seen.push({ fuzzed: each, tally })
  await each.run(await memoryDesk(), each.requests[1] / each.requestsEach, tally)
  expect([...tally.values()].reduce((sum, more) => sum + more, 0) * each.requestsEach).toBe(each.requests[1])
})
