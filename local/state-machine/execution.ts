import { setImmediate as nextTurn } from 'node:timers/promises'
import { ExecutionAbortedError, ExecutionError, ExecutionTimeoutError, StateMachine } from 'aws-local-stepfunctions'
import { copyAsJson, invokeLambda, type Json } from '../stack/lambda.ts'
import {
  bytesOf,
  countHistory,
  type EngineEvent,
  executionEvents,
  type Failure,
  historyFailure,
  itemListFailure,
  type Outcome,
  payloadFailure,
} from './limits.ts'
import type { DistributedMap, EngineDefinition, LoweredMachine, Template } from './lowering.ts'
import { runMap } from './map-run.ts'
import type { MachineEvent, MachineOptions } from './state-machine.ts'
import type { UsageCounter } from './usage.ts'

interface Execution {
  readonly options: MachineOptions
  readonly machine: LoweredMachine
  readonly name: string
  readonly context: Readonly<Record<string, Json>>
  readonly stopped: AbortSignal
  /** Ends the execution with a failure that no state catches. */
  readonly breakOff: (failure: Failure) => void
  /** Not answered yet. */
  readonly calls: Set<Promise<Json>>
}

/** Longest timeout of a function (Lambda quotas). */
const functionTimeoutMs = 900_000

/** One Standard execution. When the signal stops it, it ends as soon as the functions it has called have answered. */
export async function runExecution(
  options: MachineOptions,
  machine: LoweredMachine,
  input: Json,
  name: string,
  signal?: AbortSignal,
): Promise<Outcome> {
  const stop = new AbortController()
  const stopped = signal ? AbortSignal.any([stop.signal, signal]) : stop.signal
  const breakOff = (failure: Failure) => stop.abort(failure)
  const context = executionContext(name, input, options.clock?.() ?? new Date())
  const execution = { options, machine, name, context, stopped, breakOff, calls: new Set<Promise<Json>>() }
  try {
    const run = engine(machine.definition).run(input, { context, overrides: overrides(execution) })
    stopped.addEventListener('abort', run.abort)
    if (stopped.aborted) run.abort()
    const [outcome] = await Promise.all([outcomeOf(run.result), watch(execution, run.eventLogs)])
    if (stopped.aborted) await Promise.allSettled(execution.calls)
    const failure: Failure | undefined = stop.signal.reason
    return failure ? { status: 'FAILED', ...failure } : outcome
  } finally {
    stop.abort()
  }
}

function executionContext(name: string, input: Json, now: Date): Record<string, Json> {
  const arn = 'arn:aws:states:ap-southeast-1:000000000000'
  return {
    Started: { Id: `${arn}:execution:local:${name}`, Name: name, Input: input, StartTime: now.toISOString() },
    StateMachine: { Id: `${arn}:stateMachine:local`, Name: 'local' },
  }
}

function engine(definition: EngineDefinition): StateMachine {
  return new StateMachine(definition, { validationOptions: { noValidate: true } })
}

function overrides(execution: Execution) {
  const { states } = execution.machine
  const handlers: Record<string, (input: Json) => Promise<Json>> = {}
  const waits: Record<string, number> = {}
  for (const [name, state] of states) {
    if (state.kind === 'task') handlers[name] = input => callFunction(execution, name, state.parameters, input)
    if (state.kind === 'distributed map') handlers[name] = input => runDistributedMap(execution, name, state, input)
    if (state.kind === 'wait') Object.defineProperty(waits, name, { get: countingUp() })
  }
  return {
    taskResourceLocalHandlers: handlers,
    waitTimeOverrides: waits,
    retryIntervalOverrides: Object.fromEntries(states.keys().map(name => [name, 0])),
  }
}

/** Milliseconds that a Wait takes each time: none at first, and more in a loop, so that a poll does not fill the history. */
function countingUp(): () => number {
  let passes = 0
  return () => passes++
}

async function callFunction(execution: Execution, state: string, parameters: Template, input: Json): Promise<Json> {
  await eventsCounted(execution)
  const { FunctionName, Payload } = await fill<{ FunctionName: string; Payload: Json }>(execution, parameters, input)
  const handler = execution.options.functions[FunctionName]
  if (!handler) throw new Error(`State '${state}': no function ${FunctionName}`)
  const event = withinLimit(execution, `State '${state}' sends`, Payload)
  const call = invokeLambda(handler, FunctionName, event, functionTimeoutMs)
  execution.calls.add(call)
  const answer = await call.catch(throwFunctionError).finally(() => execution.calls.delete(call))
  execution.options.onEvent?.({ kind: 'answered', state, answer })
  return withinLimit(execution, `State '${state}' receives`, {
    ExecutedVersion: '$LATEST',
    Payload: answer,
    StatusCode: 200,
  })
}

/** The engine's events are read in microtasks, so after a turn all that happened before this task has been counted. */
async function eventsCounted({ stopped }: Execution): Promise<void> {
  await nextTurn()
  stopped.throwIfAborted()
}

function withinLimit<Payload extends Json>(execution: Execution, what: string, payload: Payload): Payload {
  const bytes = bytesOf(payload)
  execution.options.usage?.payload(bytes)
  const failure = payloadFailure(what, bytes)
  if (failure) execution.breakOff(failure)
  execution.stopped.throwIfAborted()
  return payload
}

/** As Step Functions tells of it: by the name of the error, and what Lambda answers as the cause. */
function throwFunctionError(thrown: unknown): never {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown))
  const answer = { errorType: error.name, errorMessage: error.message, trace: error.stack?.split('\n') }
  throw namedError(error.name, JSON.stringify(answer))
}

async function runDistributedMap(execution: Execution, state: string, map: DistributedMap, input: Json): Promise<Json> {
  await eventsCounted(execution)
  const { onEvent, ...silent } = execution.options
  const { Bucket, Key } = await fill<{ Bucket: string; Key: string }>(execution, map.reader, input)
  const { items, bytes } = await readItems(silent.readItems({ bucket: Bucket, key: Key, inputType: map.inputType }))
  silent.usage?.map(state, items.length, bytes)
  const onProgress = (done: number) => onEvent?.({ kind: 'progress', state, done, total: items.length })
  onProgress(0)
  const child = async (item: Json, index: number, failed: AbortSignal): Promise<Outcome> => {
    const context = { Map: { Item: { Index: index, Value: item } } }
    const childInput = map.itemSelector ? await fill(execution, map.itemSelector, input, context) : item
    const name = `${execution.name}-${state}-${index}`
    return runExecution(silent, map.itemProcessor, childInput, name, AbortSignal.any([execution.stopped, failed]))
  }
  const outputs = await runMap({ items, maxConcurrency: map.maxConcurrency, child, onProgress })
  return withinLimit(execution, `State '${state}' collects`, outputs)
}

async function readItems(items: AsyncIterable<unknown>): Promise<{ readonly items: Json[]; readonly bytes: number }> {
  const read: Json[] = []
  let bytes = 0
  try {
    for await (const item of items) {
      read.push(copyAsJson(item))
      bytes += bytesOf(item) + 1
    }
  } catch (error) {
    throw namedError('States.ItemReaderFailed', String(error))
  }
  const failure = itemListFailure(bytes)
  if (failure) throw namedError(failure.error, failure.cause)
  return { items: read, bytes }
}

async function fill<Filled extends Json>(
  { context }: Execution,
  template: Template,
  input: Json,
  more: Record<string, Json> = {},
): Promise<Filled> {
  try {
    return (await engine(template).run({ input }, { context: { ...context, ...more } }).result) as Filled
  } catch (error) {
    throw error instanceof ExecutionError ? error.cause : error
  }
}

function namedError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name })
}

async function outcomeOf(result: Promise<Json>): Promise<Outcome> {
  try {
    return { status: 'SUCCEEDED', output: await result }
  } catch (error) {
    return { status: 'FAILED', ...failureOf(error) }
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof ExecutionTimeoutError) return { error: 'States.Timeout', cause: error.message }
  if (error instanceof ExecutionAbortedError) return { error: 'ABORTED', cause: error.message }
  if (error instanceof ExecutionError && error.cause instanceof Error)
    return { error: error.cause.name, cause: error.cause.message }
  throw error
}

async function watch(execution: Execution, events: AsyncIterable<EngineEvent>): Promise<void> {
  const { options, machine, breakOff } = execution
  let counted = executionEvents
  for await (const event of events) {
    counted += countHistory(event, state => machine.states.get(state)?.kind === 'distributed map')
    if (event.type === 'StateEntered' || event.type === 'StateRetried') options.usage?.state()
    const failure = historyFailure(counted) ?? statePayloadFailure(event, options.usage)
    if (failure) return breakOff(failure)
    const told = machineEvent(event)
    if (told) options.onEvent?.(told)
  }
  options.usage?.execution(counted)
}

function statePayloadFailure(event: EngineEvent, usage: UsageCounter | undefined): Failure | undefined {
  if (event.type !== 'StateEntered' && event.type !== 'StateExited') return undefined
  const entered = event.type === 'StateEntered'
  const bytes = bytesOf(entered ? event.state.input : event.state.output)
  usage?.payload(bytes)
  return payloadFailure(`State '${event.state.name}' ${entered ? 'takes' : 'returns'}`, bytes)
}

function machineEvent(event: EngineEvent): MachineEvent | undefined {
  if (event.type === 'StateEntered') return { kind: 'entered', state: event.state.name }
  if (event.type === 'StateExited') return { kind: 'exited', state: event.state.name }
  if (event.type === 'StateFailed')
    return { kind: 'failed', state: event.state.name, error: event.Error, cause: String(event.Cause) }
  return undefined
}
