import type { StateMachine } from 'aws-local-stepfunctions'
import { lowerRule } from './choice.ts'
import { longestSeconds, type MapState, type State, type StateMachineDefinition } from './definition.ts'
import { mostChildrenAtOnce } from './limits.ts'

export type EngineDefinition = ConstructorParameters<typeof StateMachine>[0]

/** A machine in the words that the engine and AWS understand alike; functions and Distributed Maps are left to handlers. */
export interface LoweredMachine {
  readonly definition: EngineDefinition
  /** Every state by its name, those of branches and inline Maps as well. */
  readonly states: ReadonlyMap<string, LoweredState>
}
type LoweredState =
  | { readonly kind: 'task'; readonly parameters: Template }
  | ({ readonly kind: 'distributed map' } & DistributedMap)
  | { readonly kind: 'wait' | 'other' }
export interface DistributedMap {
  readonly inputType: 'JSON' | 'JSONL'
  readonly reader: Template
  readonly maxConcurrency: number
  /** Makes a child's input; without it that is the item. */
  readonly itemSelector: Template | undefined
  readonly itemProcessor: LoweredMachine
}
/** A machine that fills a payload template: out of { input } come the parameters. */
export type Template = EngineDefinition

type DistributedMapState = MapState & { readonly ItemReader: NonNullable<MapState['ItemReader']> }

export function lowerMachine(machine: StateMachineDefinition): LoweredMachine {
  return {
    definition: engineDefinition(lowerStates(machine)),
    states: new Map(Iterator.from(statesOf(machine)).map(([name, state]) => [name, loweredState(state)])),
  }
}

function* statesOf(machine: StateMachineDefinition): Generator<[name: string, state: State]> {
  for (const [name, state] of Object.entries(machine.States)) {
    yield [name, state]
    if (state.Type === 'Parallel') for (const branch of state.Branches) yield* statesOf(branch)
    if (state.Type === 'Map' && !isDistributed(state)) yield* statesOf(state.ItemProcessor)
  }
}

function isDistributed(state: State): state is DistributedMapState {
  return state.Type === 'Map' && state.ItemReader !== undefined
}

function loweredState(state: State): LoweredState {
  if (state.Type === 'Task') return { kind: 'task', parameters: template(state.Parameters) }
  if (isDistributed(state)) return { kind: 'distributed map', ...distributedMap(state) }
  return { kind: state.Type === 'Wait' ? 'wait' : 'other' }
}

function distributedMap(map: DistributedMapState): DistributedMap {
  return {
    inputType: map.ItemReader.ReaderConfig.InputType,
    reader: template(map.ItemReader.Parameters),
    maxConcurrency: map.MaxConcurrency || mostChildrenAtOnce,
    itemSelector: map.ItemSelector === undefined ? undefined : template(map.ItemSelector),
    itemProcessor: lowerMachine(map.ItemProcessor),
  }
}

/** The engine finds nothing at the $ of an input that is null, false, 0 or empty, so this one comes in a field. */
function template(parameters: unknown): Template {
  const fromField = JSON.parse(JSON.stringify(parameters), (key, value) =>
    key.endsWith('.$')
      ? value.replaceAll(/'[^']*'|\$\$|\$/g, (part: string) => (part === '$' ? '$.input' : part))
      : value,
  )
  return engineDefinition({ StartAt: 'fill', States: { fill: { Type: 'Pass', Parameters: fromField, End: true } } })
}

function lowerStates(machine: StateMachineDefinition): unknown {
  const states = Object.entries(machine.States).map(([name, state]) => [name, lowerState(state)])
  return { ...machine, States: Object.fromEntries(states) }
}

function lowerState(state: State): unknown {
  switch (state.Type) {
    case 'Task':
      return { TimeoutSeconds: longestSeconds, ...state, Parameters: undefined }
    case 'Map':
      if (isDistributed(state)) return { ...state, Type: 'Task', TimeoutSeconds: longestSeconds }
      return { ...state, ItemProcessor: lowerStates(state.ItemProcessor) }
    case 'Parallel':
      return { ...state, Branches: state.Branches.map(lowerStates) }
    case 'Choice':
      return { ...state, Choices: state.Choices.map(lowerRule) }
    case 'Fail':
      return { Error: '', Cause: '', ...state }
    default:
      return state
  }
}

/**
 * The engine takes the $ of a result for the name of a field, where it means the whole; and it writes its own input and
 * wall clock into $$.Execution in each branch, so ours stands in $$.Started.
 */
function engineDefinition(lowered: unknown): EngineDefinition {
  return JSON.parse(JSON.stringify(lowered), (key, value) => {
    if (value === '$' && ['InputPath', 'ResultPath', 'OutputPath'].includes(key)) return undefined
    const isExpression = key.endsWith('.$') || key.endsWith('Path') || key === 'Variable'
    return isExpression && typeof value === 'string' ? value.replaceAll('$$.Execution', () => '$$.Started') : value
  })
}
