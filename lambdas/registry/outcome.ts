import { type Settled, type Verdict, verdicts } from './intake.ts'
import { type Reject, rejectOf } from './rejects.ts'

/** What became of a piece: how many lines it has, and how many of them have each verdict. The piece refused as a whole counts among the refused. */
export interface Outcome extends Readonly<Record<Verdict, number>> {
  readonly kind: string
  readonly lines: number
  readonly rejectsKey?: string
}

export interface Tally {
  add(settled: readonly Settled[]): void
  /** The rejects in the order of their lines. */
  result(): { readonly outcome: Outcome; readonly rejects: readonly Reject[] }
}

export function tally(kind: string): Tally {
  const counts = Object.fromEntries(verdicts.map(verdict => [verdict, 0])) as Record<Verdict, number>
  const refused: { readonly line: number; readonly rejects: readonly Reject[] }[] = []
  let lines = 0
  return {
    add(settled) {
      for (const { line, ...one } of settled) {
        if (line > 0) lines++
        counts[one.verdict]++
        if (one.verdict === 'refused') {
          refused.push({ line, rejects: one.refusals.map(refusal => rejectOf(line, refusal)) })
        }
      }
    },
    result() {
      const inOrder = refused.toSorted((one, other) => one.line - other.line)
      return { outcome: { kind, lines, ...counts }, rejects: inOrder.flatMap(({ rejects }) => rejects) }
    },
  }
}
