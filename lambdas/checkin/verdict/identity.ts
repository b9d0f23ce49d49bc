import type { BirthDate } from '../../registry/birth-date.ts'

/** Compared as far as both are known: a card may know the year alone. */
export function isSameBirthDate(a: BirthDate, b: BirthDate): boolean {
  const known = Math.min(a.length, b.length)
  return a.slice(0, known) === b.slice(0, known)
}

/** Names are typed with and without accents, and with the tone over either vowel: they are the same when their letters are. */
export function isSameName(a: string, b: string): boolean {
  return letters(a) === letters(b)
}

/** `  Đỗ thị Hoà ` -> `DO THI HOA`. Ð (eth) looks like Đ, and some keyboards send it. */
function letters(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toUpperCase()
    .replace(/[ĐÐ]/g, 'D')
    .replace(/[‘’ʼ]/g, "'")
    .replace(/\s+/g, ' ')
    .trim()
}
