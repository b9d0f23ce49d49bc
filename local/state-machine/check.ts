import type { z } from 'zod'
import {
  branch,
  itemProcessor,
  type MapState,
  type State,
  type StateMachineDefinition,
  state,
  stateMachine,
} from './definition.ts'

type Machine = z.infer<typeof branch>

/** Refuses, by state and field, whatever would run otherwise here than on AWS. */
export function checkDefinition(
  definition: unknown,
  functions: readonly string[],
): asserts definition is StateMachineDefinition {
  checkStates(parse(stateMachine, definition, 'State machine'), 'State machine', functions, new Set())
}

function checkStates(machine: Machine, where: string, functions: readonly string[], names: Set<string>): void {
  checkTarget(machine, where, 'StartAt', machine.StartAt)
  for (const [name, value] of Object.entries(machine.States)) {
    const where = `State '${name}'`
    if (names.has(name)) refuse(where, 'name', name, 'a name that no other state of the machine has')
    names.add(name)
    const checked = parse(state, value, where)
    checkFlow(machine, where, checked)
    if (checked.Type === 'Task' && !functions.includes(checked.Parameters.FunctionName))
      refuse(where, 'Parameters.FunctionName', checked.Parameters.FunctionName, `one of ${functions.join(', ')}`)
    if (checked.Type === 'Map') checkMap(checked, where, functions, names)
    if (checked.Type === 'Parallel')
      for (const inner of checked.Branches) checkStates(parse(branch, inner, where), where, functions, names)
  }
}

function checkFlow(machine: Machine, where: string, checked: State): void {
  const ways = ['Next', 'End'].filter(field => field in checked)
  if (ways.length !== 1 && !['Choice', 'Succeed', 'Fail'].includes(checked.Type))
    refuse(where, 'Next', ways, 'either Next or End')
  if ('Next' in checked) checkTarget(machine, where, 'Next', checked.Next)
  if ('Default' in checked) checkTarget(machine, where, 'Default', checked.Default)
  if ('Choices' in checked) for (const rule of checked.Choices) checkTarget(machine, where, 'Choices', rule.Next)
  if ('Catch' in checked) for (const { Next } of checked.Catch ?? []) checkTarget(machine, where, 'Catch', Next)
}

function checkTarget(machine: Machine, where: string, field: string, target: string | undefined): void {
  if (target === undefined || !Object.hasOwn(machine.States, target))
    refuse(where, field, target, `one of ${Object.keys(machine.States).join(', ')}`)
}

function checkMap(map: MapState, where: string, functions: readonly string[], names: Set<string>): void {
  const processor = parse(itemProcessor, map.ItemProcessor, `${where}, ItemProcessor`)
  const distributed = processor.ProcessorConfig?.Mode === 'DISTRIBUTED'
  if (distributed !== (map.ItemReader !== undefined))
    refuse(where, 'ItemReader', map.ItemReader, 'an ItemReader in a Map of mode DISTRIBUTED, and only there')
  if (distributed && map.ItemsPath !== undefined)
    refuse(where, 'ItemsPath', map.ItemsPath, 'the items from the ItemReader alone')
  for (const { ErrorEquals } of [...(map.Retry ?? []), ...(map.Catch ?? [])])
    if (ErrorEquals.includes('States.TaskFailed'))
      refuse(where, 'ErrorEquals', 'States.TaskFailed', 'States.ALL or States.ExceedToleratedFailureThreshold')
  checkStates(processor, `${where}, ItemProcessor`, functions, names)
}

function parse<Checked>(schema: z.ZodType<Checked>, value: unknown, where: string): Checked {
  const { data, error } = schema.safeParse(value, { reportInput: true })
  if (error) throw new Error(error.issues.flatMap(issue => faults(issue, where)).join('\n'))
  return data
}

function faults({ path, message, ...issue }: z.core.$ZodIssue, where: string): string[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map(key => `${where}, ${[...path, key].join('.')}: not honoured here, leave it out`)
  return [`${where}, ${path.join('.')}: came ${JSON.stringify(issue.input)}; ${message}`]
}

function refuse(where: string, field: string, came: unknown, expected: string): never {
  throw new Error(`${where}, ${field}: came ${JSON.stringify(came)}; expected ${expected}`)
}
