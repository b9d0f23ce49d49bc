import { describe, expect, it } from 'vitest'
import { isProbing, watchedNames } from '../../../lambdas/checkin/allowance/allowance.ts'
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
