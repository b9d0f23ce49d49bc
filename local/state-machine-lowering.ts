import type { StateMachine } from 'aws-local-stepfunctions'
import { lowerRule } from './state-machine-choice.ts'
import { longestSeconds, type MapState, type State, type StateMachineDefinition } from './state-machine-definition.ts'

export type EngineDefinition = ConstructorParameters<typeof StateMachine>[0]

/** A machine in the words that the engine and AWS understand alike; what a Distributed Map does is left to its Task's handler. */
export interface LoweredMachine {
  readonly definition: EngineDefinition
  /** Those of branches and inline Maps as well. */
  readonly states: ReadonlyMap<string, State>
  readonly distributedMaps: ReadonlyMap<string, DistributedMap>
}
export interface DistributedMap {
  readonly inputType: 'JSON' | 'JSONL'
  readonly maxConcurrency: number
  /** Makes a child's input; without it that is the item. */
  readonly itemSelector: EngineDefinition | undefined
  readonly itemProcessor: LoweredMachine
}

/** Parallel children of a map run (Step Functions quotas). */
const mostChildren = 10_000

type DistributedMapState = MapState & { readonly ItemReader: NonNullable<MapState['ItemReader']> }

export function lowerMachine(machine: StateMachineDefinition): LoweredMachine {
  const states = new Map(statesOf(machine))
  return {
    definition: engineDefinition(lowerStates(machine)),
    states,
    distributedMaps: new Map(
      states.entries().flatMap(([name, state]) => (isDistributed(state) ? [[name, lowerMap(state)] as const] : [])),
    ),
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

function lowerMap(map: DistributedMapState): DistributedMap {
  const select = { Type: 'Pass', Parameters: map.ItemSelector, End: true }
  const selector = { StartAt: 'select', States: { select } }
  return {
    inputType: map.ItemReader.ReaderConfig.InputType,
    maxConcurrency: map.MaxConcurrency || mostChildren,
    itemSelector: map.ItemSelector === undefined ? undefined : engineDefinition(selector),
    itemProcessor: lowerMachine(map.ItemProcessor),
  }
}

function lowerStates(machine: StateMachineDefinition): unknown {
  const states = Object.entries(machine.States).map(([name, state]) => [name, lowerState(state)])
  return { ...machine, States: Object.fromEntries(states) }
}

function lowerState(state: State): unknown {
  switch (state.Type) {
    case 'Task':
      return { TimeoutSeconds: longestSeconds, ...state }
    case 'Map':
      if (!isDistributed(state)) return { ...state, ItemProcessor: lowerStates(state.ItemProcessor) }
      return {
        ...state,
        Type: 'Task',
        Parameters: { reader: state.ItemReader.Parameters, 'input.$': '$' },
        TimeoutSeconds: longestSeconds,
      }
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
    if (key === 'ResultPath' && value === '$') return undefined
    const isPath = key.endsWith('.$') || key.endsWith('Path') || key === 'Variable'
    return isPath && typeof value === 'string' ? value.replaceAll('$$.Execution', () => '$$.Started') : value
  })
}
