import { describe, expect, it } from 'vitest'
import { parsePresentedNumber } from '../../../lambdas/checkin/verdict/presented-number.ts'

describe('a number presented at the desk', () => {
  it.each([
    ['0123456789', { number: '0123456789' }],
    ['01 2345 6789', { number: '0123456789' }],
    ['001190000001', { number: '001190000001' }],
    ['001.190.000001', { number: '001190000001' }],
    ['DN4010123456789', { number: '0123456789', cardNumber: 'DN4010123456789' }],
    [' dn 4 01 01-2345-6789 ', { number: '0123456789', cardNumber: 'DN4010123456789' }],
  ])('%s is read', (text, number) => {
    expect(parsePresentedNumber(text)).toEqual(number)
  })

  it.each([
    ['nothing', ''],
    ['nine digits', '012345678'],
    ['eleven digits', '01234567890'],
    ['only zeros', '0000000000'],
    ['a card of only zeros', 'DN4010000000000'],
    ['a national id that does not begin with 0', '101190000001'],
    ['a benefit level of 6', 'DN6010123456789'],
    ['three letters', 'DNX010123456789'],
    ['fullwidth digits', '０１２３４５６７８９'],
    ['a slash', '01234/56789'],
    ['seventeen digits', '01234567890123456'],
  ])('is refused when it has %s', (_, text) => {
    expect(parsePresentedNumber(text)).toBeUndefined()
  })
})
