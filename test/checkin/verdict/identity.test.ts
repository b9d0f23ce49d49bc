import { describe, expect, it } from 'vitest'
import { compareNames, isSameBirthDate } from '../../../lambdas/checkin/verdict/identity.ts'
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
    expect(compareNames(held, presented)).toBe('same')
  })

  it('is the same with any apostrophe', () => {
    expect(compareNames("K'Brễo", 'K’BRỄO')).toBe('same')
  })

  it.each(['Đỗ Thị Hóa', 'Đỗ Thị Hoá', 'Đo Thị Hoà', 'Dỗ Thị Hoà', 'Độ Thị Hoà', 'Đồ Thị Hoa'])(
    'has the same letters with other accents: %s',
    presented => {
      expect(compareNames(held, presented)).toBe('other-accents')
    },
  )

  it.each(['Đặng Thuỳ Hương', 'Đỗ Thị Hoàn', 'DO T H', 'd t h'])('has the same initials: %s', presented => {
    expect(compareNames(held, presented)).toBe('initials')
  })

  it.each(['Đỗ Thị Hoa Mai', 'Đỗ Thị', 'Hoà Thị Đỗ', 'ĐỗThị Hoà', 'Bỗ Thị Hoà', ''])(
    'is another one: %s',
    presented => {
      expect(compareNames(held, presented)).toBe('other')
    },
  )
})
