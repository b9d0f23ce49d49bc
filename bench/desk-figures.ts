import { type Dialect, dialects } from '../lambdas/checkin/events.ts'
import type { DeskOperations } from './memory-dynamodb.ts'
import { median, messageOf } from './process-figures.ts'
import type { ResultTable } from './results.ts'

/** What a process says of one dialect's checks. */
export interface DeskAlone {
  readonly milliseconds: readonly number[]
  /** Of all checks together. */
  readonly cpuSeconds: number
  readonly operations: Readonly<DeskOperations>
}

/** Each dialect's checks in a process of its own. */
export async function desksAlone(
  people: number,
  checks: number,
): Promise<readonly (DeskAlone & { dialect: Dialect })[]> {
  const desks = []
  for (const dialect of dialects)
    desks.push({ dialect, ...(await messageOf<DeskAlone>('bench/desk-alone.ts', [dialect, people, checks])) })
  return desks
}

/** How much of a check is our own code, and what does it ask of the database? */
export function ownCode(desks: Awaited<ReturnType<typeof desksAlone>>): ResultTable {
  return {
    caption: 'Our own code, one check after the other, and what each asks of the database',
    header: ['', 'checks', 'p50 ms', 'p99 ms', 'CPU ms', 'point reads', 'writes', 'requests of the allowance'],
    rows: desks.map(({ dialect, milliseconds, cpuSeconds, operations }) => {
      const checks = milliseconds.length
      const each = Object.values(operations).map(count => (count / checks).toFixed(2))
      return [dialect, checks, ...shareOf(milliseconds), ((1000 * cpuSeconds) / checks).toFixed(3), ...each]
    }),
  }
}

/** The median, and what one in a hundred takes at least. */
export function shareOf(milliseconds: readonly number[]): readonly [p50: string, p99: string] {
  const sorted = [...milliseconds].sort((one, other) => one - other)
  return [median(milliseconds).toFixed(3), (sorted[Math.floor(sorted.length * 0.99)] ?? 0).toFixed(3)]
}

/** One after the other. */
export function perSecond(milliseconds: readonly number[]): number {
  return Math.round((1000 * milliseconds.length) / milliseconds.reduce((sum, more) => sum + more, 0))
}
