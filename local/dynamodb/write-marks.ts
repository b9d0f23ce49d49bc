import { closeSync, mkdirSync, openSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'

export interface WriteMarks {
  /** No write to the table came later, in milliseconds since the epoch; none where nobody knows. */
  last(table: string): number | undefined
  /** From now on one may come until then. */
  put(table: string, until: number): void
}

/** Kept as the times of empty files, a table each, so that they outlive a process that is killed. */
export function writeMarks(dir: string): WriteMarks {
  mkdirSync(dir, { recursive: true })
  return {
    last: table => statSync(join(dir, table), { throwIfNoEntry: false })?.mtimeMs,
    put(table, until) {
      const path = join(dir, table)
      closeSync(openSync(path, 'a'))
      utimesSync(path, until / 1000, until / 1000)
    },
  }
}
