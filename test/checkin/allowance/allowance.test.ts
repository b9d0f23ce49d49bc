import { describe, expect, it } from 'vitest'
import {
  checksByName,
  isProbing,
  nextLease,
  tooMany,
  tooManyThisHour,
  watchedNames,
} from '../../../lambdas/checkin/allowance/allowance.ts'
import type { FacilityCode } from '../../../lambdas/registry/facility-code.ts'

describe('somebody tries numbers out', () => {
  it.each([
    ['who misses again and again', 31, 31, true],
    ['who misses every other time', 62, 31, true],
    ['but not who misses less often than that', 63, 31, false],
    ['nor who has mistyped some numbers', 30, 30, false],
    ['nor who has asked for nothing', 0, 0, false],
  ])('%s', (_, checks, misses, probing) => {
    expect(isProbing({ checks, misses })).toBe(probing)
  })
})

it('misses are counted for the account and for the officer apart', () => {
  const asker = { facility: '01007' as FacilityCode, account: 'desk-01007' }
  expect(watchedNames(asker)).toEqual(['01007#A#desk-01007'])
  expect(watchedNames({ ...asker, officerHash: 'abc' })).toEqual(['01007#A#desk-01007', '01007#O#abc'])
})

it('the checks of a batch are counted by who asks for them', () => {
  const asker = { facility: '01007' as FacilityCode, account: 'desk-01007' }
  expect([...checksByName([asker, { ...asker, officerHash: 'abc' }, { ...asker, officerHash: 'abc' }])]).toEqual([
    ['01007#A#desk-01007', 3],
    ['01007#O#abc', 2],
  ])
})

it('an instance leases as much as it has used and the check that is asked, up to twenty', () => {
  expect([0, 1, 3, 7, 15, 18, 19, 20, 300].map(nextLease)).toEqual([1, 2, 4, 8, 16, 19, 20, 20, 20])
})

it('whoever is refused is told the seconds to the next minute, or to the next hour', () => {
  const now = new Date('2026-11-22T03:58:20Z')
  expect([tooMany(now), tooManyThisHour(now)]).toMatchObject([{ retryAfterSeconds: 40 }, { retryAfterSeconds: 100 }])
})
