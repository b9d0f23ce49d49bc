import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { manifestName, sequenceText } from '../../handover/manifest.ts'
import { findListed, readSignedBytes, unlistedFiles } from '../../handover/pull/signed-package-files.ts'
import type { Trust } from '../../handover/pull/verify-files.ts'
import { sha256Hex } from '../../handover/schemas.ts'
import type { Jwks } from '../../handover/signature.ts'
import { readLatestSeal } from './latest-seal.ts'
import { type FoundSeal, type LogFault, logFaults } from './seal-faults.ts'
import { readSealManifest, sealedFiles, wrongCounts } from './seal-manifest.ts'

export interface LogVerdict {
  readonly faults: readonly LogFault[]
  /** The proven ones, the oldest first. */
  readonly seals: readonly FoundSeal[]
}

/**
 * Proves from a copy of it that the log of lookups is whole: every seal's signature, files, hashes and counts, that nothing else lies
 * there, and the chain from the first seal to the one that `latest.json` names.
 */
export async function verifySeals(
  dir: string,
  { jwks, seen }: Trust,
  onSeal: (done: number, of: number) => void = () => {},
): Promise<LogVerdict> {
  const faults: LogFault[] = []
  const seals: FoundSeal[] = []
  const entries = await readdir(dir, { withFileTypes: true })
  const folders = entries.filter(entry => entry.isDirectory()).map(({ name }) => name)
  for (const { name } of entries)
    if (!folders.includes(name) && name !== latestName) faults.push({ file: name, fault: 'not-listed' })
  const bytes = await readFile(join(dir, latestName)).catch(() => undefined)
  const latest = bytes ? await readLatestSeal(bytes, jwks) : 'missing'
  if (typeof latest === 'string') faults.push({ file: latestName, fault: latest })
  const reaches = typeof latest === 'string' ? undefined : latest
  for (const [index, folder] of folders.sort().entries()) {
    if (reaches && (await isUnderWay(dir, folder, reaches.sequence))) continue
    const verdict = await verifySeal(dir, folder, jwks)
    faults.push(...verdict.faults.map(({ file, fault }) => ({ file: `${folder}/${file}`, fault })))
    if (verdict.seal) seals.push(verdict.seal)
    onSeal(index + 1, folders.length)
  }
  faults.push(...logFaults(seals, reaches, seen))
  return { faults, seals: seals.sort((a, b) => a.link.sequence - b.link.sequence) }
}

const latestName = 'latest.json'

/** The seal after the newest, whose manifest had not been put yet when the copy was taken. */
async function isUnderWay(dir: string, folder: string, newest: number): Promise<boolean> {
  return folder === sequenceText(newest + 1) && !(await readdir(join(dir, folder))).includes(manifestName)
}

/** A seal whose files are at fault still has its place in the chain, once its signature holds. */
async function verifySeal(dir: string, folder: string, jwks: Jwks) {
  const own = join(dir, folder)
  const signed = await readSignedBytes(own, jwks)
  if ('fault' in signed) return { faults: [signed] }
  const manifest = readSealManifest(signed.bytes)
  if (!manifest) return { faults: [{ file: manifestName, fault: 'malformed' } as const] }
  const listed = sealedFiles(manifest)
  const { faults } = await findListed(own, listed)
  const counts = wrongCounts(manifest) ? [{ file: manifestName, fault: 'wrong-totals' } as const] : []
  const link = { sequence: manifest.seal.sequence, sha256: sha256Hex(signed.bytes) }
  return {
    faults: [...faults, ...counts, ...(await unlistedFiles(own, listed))],
    seal: { folder, link, manifest },
  }
}
