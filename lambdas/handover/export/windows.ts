import type { ExportWindow } from '../handover.ts'

const minute = 60_000
/** An incremental export covers at most 24 hours (Amazon DynamoDB Developer Guide, incremental exports). */
const longest = 24 * 60 * minute

/** Windows that follow one another without gap or overlap from one instant to another, as few and as equal as whole minutes can be. */
export function windowsBetween(from: Date, to: Date): readonly ExportWindow[] {
  const length = to.getTime() - from.getTime()
  const count = Math.ceil(length / longest)
  const past = (n: number) => Math.ceil((length * n) / count / minute) * minute
  const ends = Array.from({ length: count }, (_, n) => Math.min(from.getTime() + past(n + 1), to.getTime()))
  return ends.map((end, n) => ({
    from: new Date(n === 0 ? from.getTime() : (ends[n - 1] as number)).toISOString(),
    to: new Date(end).toISOString(),
  }))
}
