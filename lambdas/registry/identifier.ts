/** What everybody needs of an identifier: one family, alike for all of them. */
export interface Identifier<Id extends string> {
  /** As it is kept, and no other spelling. */
  is(value: unknown): value is Id
  /** What a person wrote or a scanner read: with spaces, dots and hyphens anywhere, and in small letters. */
  parse(text: string): Id | undefined
  /** As it is printed; `parse` reads it back. */
  format(id: Id): string
}

interface Rule {
  readonly form: RegExp
  /** Has the form, and is none. */
  readonly except?: string
  /** Lengths of the groups in which it is printed, with `between` between them. */
  readonly groups: readonly number[]
  readonly between?: string
}

export function identifier<Id extends string>({ form, except, groups, between = ' ' }: Rule): Identifier<Id> {
  const ends = groups.map((_, at) => groups.slice(0, at + 1).reduce((sum, length) => sum + length))
  const is = (value: unknown): value is Id => typeof value === 'string' && form.test(value) && value !== except
  return {
    is,
    parse(text) {
      // Of A to Z alone: what other letters become as capitals was never presented
      const id = text.replace(/[\s.-]/g, '').replace(/[a-z]/g, letter => letter.toUpperCase())
      return is(id) ? id : undefined
    },
    format: id => ends.map((end, at) => id.slice(ends[at - 1] ?? 0, end)).join(between),
  }
}
