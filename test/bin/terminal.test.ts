import { describe, expect, it } from 'vitest'
import { pace } from '../../bin/terminal.ts'

describe('the pace of long work', () => {
  it.each([
    [0, 100, 1, ''],
    [100, 0, 2, '50/s, 0:00 left · còn lại'],
    [20_010, 130_065, 10, '2 001/s, 1:05 left · còn lại'],
    [1, 36_000, 1, '1.0/s, 10:00:00 left · còn lại'],
  ])('of %i done and %i left after %i s is %j', (done, left, seconds, said) => {
    expect(pace(done, left, seconds)).toBe(said)
  })
})
