import { expect, it } from 'vitest'
import { startCounters } from './counters.ts'

const now = new Date('2026-11-22T03:59:59Z')
const next = new Date('2026-11-22T04:00:00Z')

it('spends until the limit, exactly, and each minute anew', async () => {
  const { spend } = await startCounters()

  expect(await spend('01007', 400, 600, now)).toBe(true)
  expect(await spend('01007', 201, 600, now)).toBe(false)
  expect(await spend('01007', 200, 600, now)).toBe(true)
  expect(await spend('01007', 1, 600, now)).toBe(false)
  expect(await spend('79001', 601, 600, now)).toBe(false)
  expect(await spend('01007', 600, 600, next)).toBe(true)
})

it('lets no two who spend at once pass the limit together', async () => {
  const { spend } = await startCounters()

  const spent = await Promise.all(Array.from({ length: 20 }, () => spend('01007', 100, 600, now)))

  expect(spent.filter(Boolean)).toHaveLength(6)
})

it('adds up what was tried in an hour', async () => {
  const { note, tried } = await startCounters()

  expect(await tried('desk', now)).toEqual({ checks: 0, misses: 0 })
  await note('desk', { checks: 20, misses: 3 }, now)
  expect(await tried('desk', now)).toEqual({ checks: 20, misses: 3 })

  expect(await note('desk', { checks: 5, misses: 5 }, now)).toEqual({ checks: 25, misses: 8 })
  expect(await note('desk', { checks: 1, misses: 0 }, next)).toEqual({ checks: 1, misses: 0 })
  expect(await tried('desk', now)).toEqual({ checks: 25, misses: 8 })
})
