import type { LambdaHandler } from '../../../local/stack/lambda.ts'
import { type MachineEvent, type MachineOptions, runMachine } from '../../../local/state-machine/state-machine.ts'
import type { UsageCounter } from '../../../local/state-machine/usage.ts'

type Fields = Readonly<Record<string, unknown>>

/** A machine of these states that starts with the first. */
export function machine(states: Fields): Fields {
  return { StartAt: Object.keys(states)[0], States: states }
}

/** A Task that sends its input to the function and ends with the answer. */
export function task(functionName: string, fields: Fields = { End: true }): Fields {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Parameters: { FunctionName: functionName, 'Payload.$': '$' },
    OutputPath: '$.Payload',
    ...fields,
  }
}

/** A Distributed Map over the object plan.json of the bucket `work`. */
export function distributedMap(states: Fields, fields: Fields = { End: true }): Fields {
  return {
    Type: 'Map',
    ItemReader: {
      Resource: 'arn:aws:states:::s3:getObject',
      ReaderConfig: { InputType: 'JSONL' },
      Parameters: { Bucket: 'work', Key: 'plan.json' },
    },
    ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, ...machine(states) },
    ...fields,
  }
}

export interface Scene {
  readonly functions?: Readonly<Record<string, LambdaHandler>>
  readonly items?: readonly unknown[]
  readonly input?: unknown
  readonly signal?: AbortSignal
  readonly onEvent?: (event: MachineEvent) => void
  readonly readItems?: MachineOptions['readItems']
  readonly usage?: UsageCounter
}

/** Runs these states; the functions `echo` and `refuse` are always there. */
export async function run(states: Fields, scene: Scene = {}) {
  return runDefinition(machine(states), scene)
}

export async function runDefinition(definition: unknown, scene: Scene = {}) {
  const { functions, items = [], input = {}, signal, onEvent = () => {}, usage } = scene
  const readItems = scene.readItems ?? (() => each(items))
  return runMachine(
    {
      definition,
      functions: { echo, refuse, ...functions },
      readItems,
      clock: () => new Date('2026-03-01T02:03:04Z'),
      onEvent,
      ...(usage && { usage }),
    },
    input,
    { executionName: 'handover-000000000001', ...(signal && { signal }) },
  )
}

async function* each(items: readonly unknown[]) {
  yield* items
}

async function echo(event: unknown): Promise<unknown> {
  return event
}

async function refuse(): Promise<never> {
  throw new RangeError('the cut lies in the future')
}
