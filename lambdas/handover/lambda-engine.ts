import { join } from 'node:path'
import { type Engine, openEngine } from './duckdb-engine.ts'
import { scratchDir } from './lambda-limits.ts'

let opened: Promise<Engine> | undefined

/** One engine a container, opened at its first use, with one thread: 1,769 MB of memory come with one CPU. */
export function lambdaEngine(): Promise<Engine> {
  opened ??= openEngine({ dir: join(scratchDir, 'duckdb'), threads: 1, memoryLimit: '800MB' })
  return opened
}
