import { describe, expect, it } from 'vitest'
import { isSameBirthDate, isSameName } from '../../../lambdas/checkin/verdict/identity.ts'
import type { BirthDate } from '../../../lambdas/registry/birth-date.ts'

describe('a birth date', () => {
  it.each([
    ['1990-02-03', '1990-02-03', true],
    ['1990-02-03', '1990-02-04', false],
    ['1990-02', '1990-02-03', true],
    ['1990-02-03', '1990-02', true],
    ['1990-03', '1990-02-03', false],
    ['1990', '1990-02-03', true],
    ['1990', '1990-12', true],
    ['1991', '1990-12', false],
    ['1991', '1990', false],
  ])('%s against %s: %s', (a, b, same) => {
    expect(isSameBirthDate(a as BirthDate, b as BirthDate)).toBe(same)
  })
})

describe('a name', () => {
  const held = 'Đỗ Thị Hoà'

  it.each([
    ['as it is held', 'Đỗ Thị Hoà'],
    ['in capitals', 'ĐỖ THỊ HOÀ'],
    ['in small letters', 'đỗ thị hoà'],
    ['decomposed', 'Đỗ Thị Hoà'.normalize('NFD')],
    ['with the tone over the other vowel', 'Đỗ Thị Hòa'],
    ['without accents', 'DO THI HOA'],
    ['with an eth for the Đ', 'Ðỗ Thị Hoà'],
    ['with more spaces than it needs', '  Đỗ\tThị  Hoà '],
    ['with a no-break space', 'Đỗ Thị\u00a0Hoà'],
  ])('is the same %s', (_, presented) => {
    expect(isSameName(held, presented)).toBe(true)
  })

  it('is the same with any apostrophe', () => {
    expect(isSameName("K'Brễo", 'K’BRỄO')).toBe(true)
  })

  it.each(['Đỗ Thị Hoa Mai', 'Đỗ Thị', 'Hoà Thị Đỗ', 'ĐỗThị Hoà', 'Độ Thị Hoàn', 'Bỗ Thị Hoà', ''])(
    'is another one: %s',
    presented => {
      expect(isSameName(held, presented)).toBe(false)
    },
  )
})
