import { mkdir } from 'node:fs/promises'
import { DuckDBInstance } from '@duckdb/node-api'

export interface DatabaseOptions {
  /** Where it may spill; Lambda lets nobody write but below /tmp. */
  readonly dir: string
  readonly threads: number
  /** As DuckDB says it, such as `800MB`. It bounds the engine's own buffers, not the process. */
  readonly memoryLimit: string
}

/** An in-memory DuckDB. */
export interface Database {
  /** What one connection makes temporary, no other sees. */
  connect(): Promise<Engine>
  close(): void
}

/** One connection; it runs one statement at a time. */
export interface Engine {
  run(sql: string): Promise<void>
  /** Every row as an object by column name; integers of 64 bits come as bigint. */
  rows<Row>(sql: string): Promise<Row[]>
  /** The same, some thousand rows at a time: what is not taken yet is not read yet. */
  batches<Row>(sql: string): AsyncIterable<readonly Row[]>
  close(): void
}

/** A DuckDB that never looks for extensions or settings outside itself. */
export async function openDatabase({ dir, threads, memoryLimit }: DatabaseOptions): Promise<Database> {
  await mkdir(dir, { recursive: true })
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(threads),
    memory_limit: memoryLimit,
    temp_directory: dir,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    preserve_insertion_order: 'false',
    enable_external_file_cache: 'false',
    // Never: what is given back to the system after a statement is asked for again by the next, page by page
    allocator_flush_threshold: '1TB',
  })
  return {
    async connect() {
      const connection = await instance.connect()
      return {
        async run(sql) {
          await connection.run(sql)
        },
        async rows<Row>(sql: string) {
          const reader = await connection.runAndReadAll(sql)
          return reader.getRowObjectsJS() as Row[]
        },
        async *batches<Row>(sql: string) {
          const result = await connection.stream(sql)
          for await (const batch of result.yieldRowObjectJs()) yield batch as object[] as Row[]
        },
        close: () => connection.closeSync(),
      }
    },
    close: () => instance.closeSync(),
  }
}

/** Rows by the thousand: they come as one JSON text, many times faster than value by value; integers as numbers, days as text. */
export async function manyRows<Row>(engine: Engine, select: string): Promise<Row[]> {
  const [found] = await engine.rows<{ text: string }>(
    `SELECT json_group_array(each)::VARCHAR AS text FROM (${select}) AS each`,
  )
  return JSON.parse(found?.text ?? '[]') as Row[]
}

/** A connection for as long as `use` takes. */
export async function onEngine<Result>(
  open: () => Promise<Engine>,
  use: (engine: Engine) => Promise<Result>,
): Promise<Result> {
  const engine = await open()
  try {
    return await use(engine)
  } finally {
    engine.close()
  }
}
