import { join, resolve } from 'node:path'
import { type Given, optional } from './command.ts'

/** Where the embedded stack keeps everything, unless `--state` names another folder. */
export const defaultStateDir = '.bangiao'

export const stateOption = { state: { type: 'string' } } as const

export function stateDirOf(given: Given): string {
  return resolve(optional(given, 'state') ?? defaultStateDir)
}

/** What a recipient trusts: outside everything that it verifies. */
export function trustDirOf(stateDir: string, recipient: string): string {
  return join(stateDir, 'trust', recipient)
}

/** What a facility's device keeps: its keys, its pack, its visits. */
export function deskDirOf(stateDir: string, facility: string): string {
  return join(stateDir, 'desk', facility)
}
