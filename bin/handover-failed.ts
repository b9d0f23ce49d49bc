import type { Execution } from '../local/stack/handover-executions.ts'
import { failureOfChild } from '../local/state-machine/map-run.ts'

/** A handover ended by a fault: under the fault's own code, with its own sentence. */
export class HandoverFailed extends Error {
  override readonly name = 'HandoverFailed'
  readonly code: string
  readonly execution: string
  /** What Step Functions calls the failure, where that is not the fault but that of a map around it. */
  declare readonly mapError?: string

  constructor({ name, error = 'States.Runtime', cause = '' }: Execution) {
    const child = failureOfChild({ error, cause })
    super(sentenceIn(child?.cause ?? cause))
    this.code = child?.error ?? error
    this.execution = name
    if (child) this.mapError = error
  }
}

/** @throws HandoverFailed */
export function ensureSucceeded(execution: Execution) {
  if (execution.status !== 'SUCCEEDED') throw new HandoverFailed(execution)
}

/** Of a function's error Lambda tells by JSON, with a stack that nobody needs here. */
function sentenceIn(cause: string): string {
  try {
    const { errorMessage } = JSON.parse(cause) as { readonly errorMessage?: unknown }
    return typeof errorMessage === 'string' ? errorMessage : cause
  } catch {
    return cause
  }
}
