import { generateKeyPairSync } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { agreementWith } from '../../../lambdas/handover/agreements.ts'
import type { Manifest } from '../../../lambdas/handover/manifest.ts'
import { type Jwks, pemSigner, publicJwk } from '../../../lambdas/handover/signature.ts'
import { type ConvertExportOptions, convertExport } from '../../../local/convert-export.ts'
import { folder } from '../../local/service.ts'
import { type Draft, writeDraft } from './export-draft.ts'

export const moh = agreementWith('moh')

export const signingPair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
export const signer = pemSigner(signingPair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string)
export const jwks: Jwks = { keys: [publicJwk(signingPair.publicKey)] }

export const packedAt = new Date('2026-11-22T02:00:00Z')

type Settings = Partial<Omit<ConvertExportOptions, 'exportDir' | 'outDir'>>

export function convert(exportDir: string, outDir: string, settings: Settings = {}): Promise<Manifest> {
  return convertExport({ exportDir, outDir, agreement: moh, signer, clock: () => packedAt, ...settings })
}

export interface Conversion {
  readonly outDir: string
  readonly manifest: Manifest
}

export async function convertDraft(draft: Draft, settings: Settings = {}): Promise<Conversion> {
  const dir = await folder()
  await writeDraft(draft, join(dir, 'export'))
  const outDir = join(dir, 'out')
  return { outDir, manifest: await convert(join(dir, 'export'), outDir, settings) }
}

export interface FailedConversion {
  readonly error: Error
  /** All that stands where the handover would. */
  readonly placed: readonly string[]
}

/** `spoil` damages the export once it is written. */
export async function failToConvert(
  draft: Draft,
  spoil: (exportDir: string) => Promise<unknown> = async () => {},
  settings: Settings = {},
): Promise<FailedConversion> {
  const dir = await folder()
  await writeDraft(draft, join(dir, 'export'))
  await spoil(join(dir, 'export'))
  const error = await convert(join(dir, 'export'), join(dir, 'out'), settings).then(
    () => new Error('it was converted'),
    (error: Error) => error,
  )
  return { error, placed: (await readdir(dir, { recursive: true })).filter(path => path.startsWith('out')) }
}
