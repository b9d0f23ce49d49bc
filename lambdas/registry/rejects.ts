import type { Refusal } from './feeds.ts'

/** The columns of a file of rejects, all of them text. */
export const rejectColumns = [{ name: 'line' }, { name: 'field' }, { name: 'rule' }, { name: 'value' }] as const
export type Reject = Readonly<Record<(typeof rejectColumns)[number]['name'], string>>

/** A refusal as it is kept: of the value only the shape, so that a file of rejects holds nobody's data. */
export function rejectOf(line: number, { field, rule, value }: Refusal): Reject {
  return { line: String(line), field, rule, value: shapeOf(value) }
}

const longestShape = 40

/** The value with every letter as `x` and every digit as `9`, its first 40 characters. */
export function shapeOf(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  return [...text.slice(0, 2 * longestShape)]
    .slice(0, longestShape)
    .join('')
    .replace(/[\p{L}\p{M}]/gu, 'x')
    .replace(/\p{N}/gu, '9')
}
