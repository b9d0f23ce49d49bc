import { dialects } from '../lambdas/checkin/events.ts'
import { median, messageOf } from './process-figures.ts'
import type { ResultTable } from './results.ts'

/** What a process says of one dialect's checks. */
export interface DeskAlone {
  readonly milliseconds: readonly number[]
  /** Of all checks together. */
  readonly cpuSeconds: number
  readonly operations: { readonly GetItem: number; readonly PutItem: number; readonly UpdateItem: number }
}

/** How much of a check is our own code, and what does it ask of the database? */
export async function deskFigures(people: number, checks: number): Promise<ResultTable> {
  const rows = []
  for (const dialect of dialects) {
    const { milliseconds, cpuSeconds, operations } = await messageOf<DeskAlone>('bench/desk-alone.ts', [
      dialect,
      people,
      checks,
    ])
    const each = Object.values(operations).map(count => (count / checks).toFixed(2))
    const cpu = ((1000 * cpuSeconds) / checks).toFixed(3)
    rows.push([dialect, ...shareOf(milliseconds), cpu, perSecond(milliseconds), ...each])
  }
  return {
    caption: `${checks.toLocaleString('en')} checks of ${people.toLocaleString('en')} people, one after the other`,
    header: ['', 'p50 ms', 'p99 ms', 'CPU ms', 'checks per second', 'point reads', 'writes', 'writes of the allowance'],
    rows,
  }
}

/** The median, and what one in a hundred takes at least. */
export function shareOf(milliseconds: readonly number[]): readonly [p50: string, p99: string] {
  const sorted = [...milliseconds].sort((one, other) => one - other)
  return [median(milliseconds).toFixed(3), (sorted[Math.floor(sorted.length * 0.99)] ?? 0).toFixed(3)]
}

function perSecond(milliseconds: readonly number[]): number {
  return Math.round((1000 * milliseconds.length) / milliseconds.reduce((sum, more) => sum + more, 0))
}
