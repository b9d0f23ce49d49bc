import { join } from 'node:path'
import { type Database, type Engine, openDatabase } from './duckdb-engine.ts'
import { engineMemory, scratchDir } from './lambda-limits.ts'

let opened: Promise<Database> | undefined

/** A connection to the container's one DuckDB, opened at its first use, with one thread: 1,769 MB of memory come with one CPU. */
export async function lambdaEngine(): Promise<Engine> {
  opened ??= openDatabase({ dir: join(scratchDir, 'duckdb'), threads: 1, memoryLimit: engineMemory })
  return (await opened).connect()
}
