import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import {
  type Manifest,
  manifestBytes,
  manifestName,
  type Resource,
  signatureName,
} from '../../../lambdas/handover/manifest.ts'
import { type FileFault, verifyHandover } from '../../../lambdas/handover/pull/verify-files.ts'
import { signDetached } from '../../../lambdas/handover/signature.ts'
import { writeNationExport } from '../../../local/nation/export-directory.ts'
import { folder } from '../../local/service.ts'
import { convert, jwks, signer } from '../convert/conversion.ts'
import { today } from '../convert/export-draft.ts'

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
export async function replaceManifest(dir: string, manifest: Manifest): Promise<Buffer> {
  const bytes = manifestBytes(manifest)
  await writeFile(join(dir, manifestName), bytes)
  await writeFile(join(dir, signatureName), await signDetached(bytes, signer))
  return bytes
}

export async function faultsIn(dir: string): Promise<readonly FileFault[]> {
  return (await verifyHandover(dir, { jwks })).faults
}

/** The files of one dataset, as the manifest lists them. */
export async function listedFor(dir: string, dataset: Resource['handover:dataset']): Promise<readonly string[]> {
  const { resources } = await manifestIn(dir)
  return resources.filter(resource => resource['handover:dataset'] === dataset).map(({ path }) => path)
}
