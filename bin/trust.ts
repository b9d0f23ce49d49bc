import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { manifestName } from '../lambdas/handover/manifest.ts'
import { readJwks, readTrust } from '../lambdas/handover/pull/trust-files.ts'
import type { Trust } from '../lambdas/handover/pull/verify-files.ts'
import { type Given, optional } from './command.ts'
import { stateDirOf, stateOption, trustDirOf } from './state.ts'

export const trustOptions = { ...stateOption, jwks: { type: 'string' } } as const

/**
 * The keys that the user names; otherwise those that the recipient named in the folder's manifest has enrolled. A folder that names none
 * is proven by nobody's.
 */
export async function trustFor(handoverDir: string, given: Given): Promise<Trust> {
  const named = optional(given, 'jwks')
  if (named) return { jwks: await readJwks(resolve(named)) }
  const recipient = (await unprovenManifest(handoverDir))?.handover?.recipient
  if (typeof recipient !== 'string' || !/^[a-z0-9_]+$/.test(recipient)) return { jwks: { keys: [] } }
  return readTrust(trustDirOf(stateDirOf(given), recipient))
}

interface UnprovenManifest {
  readonly handover?: { readonly recipient?: unknown }
}

/** Good for choosing whose keys to try, and for nothing else. */
async function unprovenManifest(dir: string): Promise<UnprovenManifest | undefined> {
  try {
    return JSON.parse(await readFile(join(dir, manifestName), 'utf8')) as UnprovenManifest
  } catch {
    return undefined
  }
}
