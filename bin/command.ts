import type { ParseArgsOptionsConfig } from 'node:util'
import type { Terminal } from './terminal.ts'

export interface Command {
  readonly summary: string
  /** What stands behind the command's name: `EXPORT_DIR --to DIR`. */
  readonly usage: string
  readonly options: ParseArgsOptionsConfig
  run(given: Given, terminal: Terminal): Promise<Outcome>
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
