import type { WriteMarks } from './write-marks.ts'

export interface WriteGate {
  /** Runs a write to these tables, after any cut that is being taken. */
  write<Result>(tables: readonly string[], work: () => Promise<Result>): Promise<Result>
  /** No write to the table was asked for later, in milliseconds since the epoch. */
  lastWrite(table: string): number
  /** Runs `work` alone: writes asked for before it are over, those that come meanwhile wait until it is. */
  cut<Result>(work: () => Promise<Result>): Promise<Result>
}

/** Milliseconds for which one mark on the disk stands for all writes. */
const markedAhead = 50

/** Lets writes through side by side and holds them all while a cut is taken. */
export function writeGate(marks: WriteMarks): WriteGate {
  const opened = Date.now()
  const wroteAt = new Map<string, number>()
  const markedUntil = new Map<string, number>()
  const mark = (table: string, now: number) => {
    wroteAt.set(table, now)
    if (now <= (markedUntil.get(table) ?? 0)) return
    marks.put(table, now + markedAhead)
    markedUntil.set(table, now + markedAhead)
  }
  const writing = new Set<Promise<unknown>>()
  let cutting: Promise<unknown> | undefined

  return {
    lastWrite: table => wroteAt.get(table) ?? Math.min(opened, marks.last(table) ?? opened),

    async write(tables, work) {
      for (const table of tables) mark(table, Date.now())
      while (cutting) await cutting
      const written = work()
      writing.add(written)
      try {
        return await written
      } finally {
        writing.delete(written)
      }
    },

    async cut(work) {
      while (cutting) await cutting
      const taken = Promise.allSettled(writing).then(work)
      cutting = taken.catch(() => {})
      try {
        return await taken
      } finally {
        cutting = undefined
      }
    },
  }
}
