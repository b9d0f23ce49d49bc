import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { patiently } from '../../shared/patience.ts'
import type { Link } from '../handover.ts'
import { isChangeManifest, listedFiles, manifestName, type PackageForm, signatureName } from '../manifest.ts'
import { downloadFiles } from './download-files.ts'
import { folderOf, unfinished } from './inbox.ts'
import type { PullOptions, PullProgress, Unproven } from './pull.ts'
import { type HandoverPackage, isPassing, type PackageReader, TransportFault } from './pull-transport.ts'
import type { FoundFile } from './signed-package-files.ts'
import { type FileFault, readSignedManifest, type Trust, type Verified, verifyHandover } from './verify-files.ts'

/** A package that is proven and has its folder. */
export interface Taken {
  readonly dir: string
  readonly manifest: Verified['manifest']
  readonly found: readonly FoundFile[]
}

/** Downloads and verifies a package, and gives its folder its name only then; one that has its name is verified once more. */
export async function takePackage(
  of: HandoverPackage,
  link: Link,
  trust: Trust,
  options: PullOptions,
): Promise<Taken | Unproven> {
  const { form, sequence } = of
  const dir = folderOf(options.dir, form, sequence)
  const landing = await landingOf(dir)
  const unproven = (faults: readonly FileFault[]): Unproven => ({ verified: false, dir: landing, sequence, faults })
  const progress = (step: PullProgress['step']) => (done: number, of: number) =>
    options.onProgress?.({ step, sequence, done, of })
  if (landing !== dir) {
    const signed = await signedManifest(of, link, trust, options)
    if ('fault' in signed) return unproven([signed])
    const listed = listedFiles(signed.manifest)
    const reader = options.transport.open(
      of,
      listed.map(({ path }) => path),
    )
    const missing = await downloadFiles(reader, listed, landing, { ...options, onBytes: progress('download') })
    if (missing.length > 0) return unproven(missing.map(file => ({ file, fault: 'missing' })))
  }
  const verdict = await verifyHandover(landing, trust, progress('verify'))
  if (!('link' in verdict)) {
    // Fetched anew the next time: what came by the line may have been damaged on it
    if (landing !== dir) for (const { file } of verdict.faults) await rm(join(landing, file), { force: true })
    return unproven(verdict.faults)
  }
  if (verdict.link.sha256 !== link.sha256) return unproven([{ file: manifestName, fault: 'not-the-one-announced' }])
  if (landing !== dir) await rename(landing, dir)
  return { dir, manifest: verdict.manifest, found: verdict.found }
}

/** The manifest that a link names, with its signature proven; it lies in the package's landing from then on. */
export async function signedManifest(
  of: HandoverPackage,
  link: Link,
  { jwks }: Trust,
  options: PullOptions,
): Promise<Verified | FileFault> {
  const dir = folderOf(options.dir, of.form, of.sequence)
  const landing = await landingOf(dir)
  const kept = manifestOf(link, of.form, await readSignedManifest(landing, jwks))
  if (landing === dir || !('fault' in kept)) return kept
  const names = [manifestName, signatureName]
  const reader = options.transport.open(of, names)
  for (const name of names) {
    const isThere = await patiently(options, () => fetchWhole(reader, name, landing), isPassing)
    if (!isThere) return { file: name, fault: 'missing' }
  }
  return manifestOf(link, of.form, await readSignedManifest(landing, jwks))
}

function manifestOf(link: Link, form: PackageForm, signed: Verified | FileFault): Verified | FileFault {
  if ('fault' in signed) return signed
  if (signed.link.sha256 !== link.sha256) return { file: manifestName, fault: 'not-the-one-announced' }
  return isChangeManifest(signed.manifest) === (form === 'changes')
    ? signed
    : { file: manifestName, fault: 'malformed' }
}

/** False when the other side does not have it. */
async function fetchWhole(reader: PackageReader, name: string, landing: string): Promise<boolean> {
  const file = await reader.read(name).catch(ifNotThere)
  if (!file) return false
  await mkdir(landing, { recursive: true })
  await pipeline(file.bytes, createWriteStream(join(landing, name)))
  return true
}

function ifNotThere(error: unknown): undefined {
  if (error instanceof TransportFault && error.reason === 'not-there') return undefined
  throw error
}

/** Where a package lies until it is verified; its own folder once it is there. */
async function landingOf(dir: string): Promise<string> {
  return stat(dir).then(
    () => dir,
    () => dir + unfinished,
  )
}
