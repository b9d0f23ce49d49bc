import { mkdir } from 'node:fs/promises'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'

export interface EngineOptions {
  /** Where it may spill; Lambda lets nobody write but below /tmp. */
  readonly dir: string
  readonly threads: number
  /** As DuckDB says it, such as `800MB`. It bounds the engine's own buffers, not the process. */
  readonly memoryLimit: string
}

export interface Engine {
  run(sql: string): Promise<void>
  /** Every row as an object by column name; integers of 64 bits come as bigint. */
  rows<Row>(sql: string): Promise<Row[]>
  close(): void
}

/** An in-memory DuckDB that never looks for extensions or settings outside itself. */
export async function openEngine({ dir, threads, memoryLimit }: EngineOptions): Promise<Engine> {
  await mkdir(dir, { recursive: true })
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(threads),
    memory_limit: memoryLimit,
    temp_directory: dir,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    preserve_insertion_order: 'false',
  })
  const connection: DuckDBConnection = await instance.connect()
  return {
    async run(sql) {
      await connection.run(sql)
    },
    async rows<Row>(sql: string) {
      const reader = await connection.runAndReadAll(sql)
      return reader.getRowObjectsJS() as Row[]
    },
    close() {
      connection.closeSync()
      instance.closeSync()
    },
  }
}
