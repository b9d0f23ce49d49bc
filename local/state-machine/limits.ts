import type { StateMachine } from 'aws-local-stepfunctions'
import type { Json } from '../stack/lambda.ts'

export type EngineEvent =
  ReturnType<StateMachine['run']>['eventLogs'] extends AsyncGenerator<infer Event> ? Event : never

export interface Failure {
  readonly error: string
  readonly cause: string
}

export type Outcome =
  | { readonly status: 'SUCCEEDED'; readonly output: Json }
  | ({ readonly status: 'FAILED' } & Failure)

/** UTF-8 bytes of JSON that a state or its task takes or returns (Step Functions quotas). */
export const mostPayloadBytes = 262_144
/** Events in the history of one execution (Step Functions quotas). */
export const mostHistoryEvents = 25_000

/** Children of a map run at once (Step Functions quotas). */
export const mostChildrenAtOnce = 10_000
/** Bytes of an object that is put at once, as a map's list of items is (Amazon S3 User Guide). */
export const mostListBytes = 5 * 1024 ** 3

/** Events of an execution beside those of its states: ExecutionStarted, ExecutionSucceeded. */
export const executionEvents = 2

/**
 * History events of a state that succeeds at once, and of each further try; those of an iteration stand apart. AWS
 * publishes the names of the events, not their number: this is our own count of them.
 */
const historyEvents = {
  /** Entered, TaskScheduled, TaskStarted, TaskSucceeded, Exited. */
  Task: { once: 5, again: 3 },
  /** Entered, MapStateStarted, MapRunStarted, MapRunSucceeded, MapStateSucceeded, Exited. */
  DistributedMap: { once: 6, again: 4 },
  /** Entered, MapStateStarted, MapStateSucceeded, Exited. */
  Map: { once: 4, again: 2 },
  /** Entered, ParallelStateStarted, ParallelStateSucceeded, Exited. */
  Parallel: { once: 4, again: 2 },
  Pass: { once: 2, again: 0 },
  Choice: { once: 2, again: 0 },
  Wait: { once: 2, again: 0 },
  Succeed: { once: 2, again: 0 },
  Fail: { once: 1, again: 0 },
}

/** How many events of AWS's history one of the engine's stands for. A state's are all counted when it is entered. */
export function countHistory(event: EngineEvent, isDistributedMap: (state: string) => boolean): number {
  if (event.type === 'MapIterationStarted') return 2
  if (event.type !== 'StateEntered' && event.type !== 'StateRetried') return 0
  const { once, again } = historyEvents[isDistributedMap(event.state.name) ? 'DistributedMap' : event.state.type]
  return event.type === 'StateEntered' ? once : again
}

export function historyFailure(events: number): Failure | undefined {
  if (events <= mostHistoryEvents) return undefined
  return {
    error: 'States.Runtime',
    cause: `The execution reached the maximum number of history events (${mostHistoryEvents}).`,
  }
}

export function bytesOf(payload: unknown): number {
  return Buffer.byteLength(JSON.stringify(payload))
}

/** `what` says who does what with the payload: "State 'Plan' returns". */
export function payloadFailure(what: string, bytes: number): Failure | undefined {
  if (bytes <= mostPayloadBytes) return undefined
  return { error: 'States.DataLimitExceeded', cause: `${what} ${bytes} bytes, the limit is ${mostPayloadBytes}` }
}

export function itemListFailure(bytes: number): Failure | undefined {
  if (bytes <= mostListBytes) return undefined
  return {
    error: 'States.ItemReaderFailed',
    cause: `The list of items has ${bytes} bytes, the limit is ${mostListBytes}`,
  }
}
