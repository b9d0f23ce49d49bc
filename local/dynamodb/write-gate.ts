export interface WriteGate {
  /** Runs a write to these tables, after any cut that is being taken. */
  write<Result>(tables: readonly string[], work: () => Promise<Result>): Promise<Result>
  /** When the table was last asked to write, in milliseconds since the epoch; when the gate opened if never. */
  lastWrite(table: string): number
  /** Runs `work` alone: writes asked for before it are over, those that come meanwhile wait until it is. */
  cut<Result>(work: () => Promise<Result>): Promise<Result>
}

/** Lets writes through side by side and holds them all while a cut is taken. */
export function writeGate(): WriteGate {
  const opened = Date.now()
  const wroteAt = new Map<string, number>()
  const writing = new Set<Promise<unknown>>()
  let cutting: Promise<unknown> | undefined

  return {
    lastWrite: table => wroteAt.get(table) ?? opened,

    async write(tables, work) {
      for (const table of tables) wroteAt.set(table, Date.now())
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
