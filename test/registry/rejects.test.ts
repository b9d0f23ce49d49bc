import { describe, expect, it } from 'vitest'
import { rejectOf, shapeOf } from '../../lambdas/registry/rejects.ts'

describe('the shape of a value', () => {
  it.each([
    ['Đỗ Thị Hoà, 12/3 ngõ 4', 'xx xxx xxx, 99/9 xxx 9'],
    ['K\u2019Bre\u0302\u0303o ٣', 'x\u2019xxxxxx 9'],
    [1990, '9999'],
    [{ a: ['b', 1] }, '{"x":["x",9]}'],
    [undefined, ''],
    [null, 'xxxx'],
  ])('of %j is %j', (value, shape) => {
    expect(shapeOf(value)).toBe(shape)
  })

  it('is that of the first 40 characters, none of them cut in two', () => {
    expect(shapeOf('a1'.repeat(500_000))).toBe('x9'.repeat(20))
    expect(shapeOf('\u{20000}'.repeat(41))).toBe('x'.repeat(40))
  })
})

describe('a reject', () => {
  it('says where, what and why, all in text', () => {
    expect(rejectOf(7, { field: 'died_on', rule: 'died-after-birth', value: '1989-12-31' })).toEqual({
      line: '7',
      field: 'died_on',
      rule: 'died-after-birth',
      value: '9999-99-99',
    })
  })
})
