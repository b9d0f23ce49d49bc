import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { type Manifest, manifestBytes, manifestName, signatureName } from '../../lambdas/handover/manifest.ts'
import { type Signer, signDetached } from '../../lambdas/handover/signature.ts'
import { writeNationExport } from '../../local/nation/export-directory.ts'
import { folder } from '../local/service.ts'
import { convert, signer } from './conversion.ts'
import { today } from './export-draft.ts'

export const nationOptions = { people: 24, seed: 7, today } as const

/** Converts one small nation for all tests of a file; gives a copy of the handover to each. */
export function handoverCopies(): () => Promise<string> {
  let dir: string
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'bangiao-'))
    await writeNationExport(nationOptions, { dir: join(dir, 'export'), files: 1 })
    await convert(join(dir, 'export'), join(dir, 'handover'))
  })
  afterAll(() => rm(dir, { recursive: true }))
  return async () => {
    const copy = join(await folder(), 'handover')
    await cp(join(dir, 'handover'), copy, { recursive: true })
    return copy
  }
}

export async function manifestIn(dir: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(dir, manifestName), 'utf8')) as Manifest
}

/** Puts another manifest in the place of the one in `dir`, under a signature that fits it. */
export async function replaceManifest(dir: string, manifest: Manifest, by: Signer = signer): Promise<Buffer> {
  const bytes = manifestBytes(manifest)
  await writeFile(join(dir, manifestName), bytes)
  await writeFile(join(dir, signatureName), await signDetached(bytes, by))
  return bytes
}
