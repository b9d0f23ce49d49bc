import type { BirthDate } from '../../registry/birth-date.ts'

/** Compared as far as both are known: a card may know the year alone. */
export function isSameBirthDate(a: BirthDate, b: BirthDate): boolean {
  const known = Math.min(a.length, b.length)
  return a.slice(0, known) === b.slice(0, known)
}

/**
 * How a name that is presented stands to the one that is held:
 *
 * - `same`: but for case and spaces, wherever the tone is written, and typed without any accents as well;
 * - `other-accents`: the same letters, with accents that are not those held;
 * - `initials`: another name whose words begin with the same letters;
 * - `other`.
 */
export type NameMatch = 'same' | 'other-accents' | 'initials' | 'other'

export function compareNames(held: string, presented: string): NameMatch {
  const [ours, theirs] = [letters(held), letters(presented)]
  if (ours === theirs) return isPlain(presented) || accents(held) === accents(presented) ? 'same' : 'other-accents'
  return initials(ours) === initials(theirs) ? 'initials' : 'other'
}

/** `  Đỗ thị Hoà ` -> `DO THI HOA`. Ð (eth) looks like Đ, and some keyboards send it. */
export function letters(name: string): string {
  return withoutMarks(tidy(name)).replaceAll('Đ', 'D')
}

function isPlain(name: string): boolean {
  return letters(name) === tidy(name)
}

/** The accents of each word in their order, wherever in the word the tone stands: `HOÀ` and `HÒA` are the same. */
function accents(name: string): string {
  const words = tidy(name).split(' ')
  return words.map(word => [withoutTones(word), ...(word.normalize('NFD').match(tones) ?? [])].join('')).join(' ')
}

/** Grave, acute, hook, tilde and dot: what may stand on another vowel of its word. */
const tones = /[\u0300\u0301\u0303\u0309\u0323]/g

function withoutTones(word: string): string {
  return word.normalize('NFD').replace(tones, '')
}

function withoutMarks(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '')
}

function tidy(name: string): string {
  return name.normalize('NFC').toUpperCase().replaceAll('Ð', 'Đ').replace(/[‘’ʼ]/g, "'").replace(/\s+/g, ' ').trim()
}

function initials(name: string): string {
  return name
    .split(' ')
    .map(word => word[0])
    .join('')
}
