import type { ParseArgsOptionsConfig } from 'node:util'
import type { Terminal } from './terminal.ts'

export interface Command {
  readonly summary: string
  /** What stands behind the command's name; by its first argument where that says what to do. */
  readonly form: Form | Readonly<Record<string, Form>>
  readonly options: ParseArgsOptionsConfig
  run(given: Given, terminal: Terminal): Promise<Outcome>
}

export interface Form {
  /** The arguments that it takes, and no more: `FILE...` is one or more, `[DIR]` one or none. */
  readonly takes: readonly string[]
  /** The options behind them: `--to DIR [--key FILE]`. */
  readonly usage: string
}

export interface Action extends Form {
  run(given: Given, terminal: Terminal): Promise<Outcome>
}

/** A command whose first argument names one of its actions, which find their own arguments behind it. */
export function commandOf(
  { of, ...about }: Pick<Command, 'summary' | 'options'> & { readonly of: string },
  actions: Readonly<Record<string, Action>>,
): Command {
  const names = Object.keys(actions).join(', ')
  return {
    ...about,
    form: actions,
    async run(given, terminal) {
      const action = own(actions, argument(given, 0, `one of ${names}`))
      if (!action) throw new UsageError(`what can be done with ${of} is ${names}`)
      return action.run(given, terminal)
    },
  }
}

/** What a word that somebody typed names, and nothing that every object has. */
export function own<Value>(values: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined
}

export interface Given {
  readonly options: Readonly<Record<string, string | boolean | undefined>>
  readonly arguments: readonly string[]
}

export interface Outcome {
  /** False when it was refused or is not proven: exit code 1. */
  readonly ok: boolean
  /** What `--json` prints. */
  readonly document: object
  /** What people read. */
  readonly lines: readonly string[]
  /** Goes on once that is said, until it is stopped. */
  readonly stays?: () => Promise<void>
}

/** The command was called wrongly: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export function argument(given: Given, position: number, name: string): string {
  const value = given.arguments[position]
  if (value === undefined) throw new UsageError(`${name} is missing`)
  return value
}

export function option(given: Given, name: string): string {
  const value = optional(given, name)
  if (value === undefined) throw new UsageError(`--${name} is missing`)
  return value
}

export function optional(given: Given, name: string): string | undefined {
  const value = given.options[name]
  return typeof value === 'string' ? value : undefined
}

export function wholeNumber(text: string, name: string, least: number, most: number): number {
  const number = Number(text)
  if (!/^[0-9]+$/.test(text) || number < least || number > most) {
    throw new UsageError(`--${name} must be a whole number from ${least} to ${most}, not ${text}`)
  }
  return number
}
