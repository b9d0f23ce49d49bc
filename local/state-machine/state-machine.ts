import { copyAsJson, type Json, type LambdaHandler } from '../stack/lambda.ts'
import { checkDefinition } from './check.ts'
import { runExecution } from './execution.ts'
import type { Outcome } from './limits.ts'
import { lowerMachine } from './lowering.ts'
import type { UsageCounter } from './usage.ts'

export interface MachineOptions {
  /** In the Amazon States Language, parsed. */
  readonly definition: unknown
  /** By FunctionName, as it stands in the definition. */
  readonly functions: Readonly<Record<string, LambdaHandler>>
  readonly readItems: (reader: ItemReader) => AsyncIterable<unknown>
  readonly clock?: () => Date
  readonly onEvent?: (event: MachineEvent) => void
  /** Counts what the run comes to. */
  readonly usage?: UsageCounter
}
export interface ItemReader {
  readonly bucket: string
  readonly key: string
  readonly inputType: 'JSON' | 'JSONL'
}
/** Of the execution's own states; of the children of a Distributed Map only how many are done. */
export type MachineEvent =
  | { readonly kind: 'entered' | 'exited'; readonly state: string }
  | { readonly kind: 'failed'; readonly state: string; readonly error: string; readonly cause: string }
  | { readonly kind: 'progress'; readonly state: string; readonly done: number; readonly total: number }
  /** What the function of a Task answered. */
  | { readonly kind: 'answered'; readonly state: string; readonly answer: Json }

export interface ExecutionOptions {
  readonly executionName: string
  readonly signal?: AbortSignal
}

/**
 * Runs a definition on these functions as Step Functions would, AWS's limits included; only waits and the pauses before
 * retries are cut short. Throws when the definition says what cannot run here, and when the signal aborts.
 */
export async function runMachine(
  options: MachineOptions,
  input: unknown,
  { executionName, signal }: ExecutionOptions,
): Promise<Outcome> {
  const { definition } = options
  checkDefinition(definition, Object.keys(options.functions))
  signal?.throwIfAborted()
  const machine = lowerMachine(definition)
  const outcome = await runExecution(options, machine, copyAsJson(input ?? {}), executionName, signal)
  signal?.throwIfAborted()
  return outcome
}
