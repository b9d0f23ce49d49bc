import { lstat, readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { sha256Of } from '../../shared/digest-files.ts'
import { footerRows } from '../footer-files.ts'
import type { Link } from '../handover.ts'
import {
  type AnyManifest,
  isChangeManifest,
  type Listed,
  listedFiles,
  manifestName,
  readManifest,
  signatureName,
} from '../manifest.ts'
import { sha256Hex } from '../schemas.ts'
import { detachedFault, type Jwks, type SignatureFault } from '../signature.ts'

export type VerifyFault =
  | SignatureFault
  | 'no-trusted-keys'
  | 'missing'
  | 'not-a-file'
  | 'not-listed'
  | 'malformed'
  | 'wrong-size'
  | 'wrong-hash'
  | 'not-parquet'
  | 'wrong-rows'
  | 'wrong-totals'
  | 'older-than-seen'
  | 'not-the-one-seen'
  | 'not-the-next'
  | 'not-the-one-announced'

export interface FileFault {
  /** Below the directory that was verified. */
  readonly file: string
  readonly fault: VerifyFault
}

/** What a recipient keeps outside the directories it verifies: whose signatures count, and how far its chain has come. */
export interface Trust {
  readonly jwks: Jwks
  /** The newest handover that was verified; none before the first. Without it a rollback cannot be seen. */
  readonly seen?: Link
}

export interface Verified {
  readonly manifest: AnyManifest
  readonly link: Link
}

export type Verdict =
  | { readonly faults: readonly [FileFault, ...FileFault[]] }
  | ({ readonly faults: readonly []; readonly found: readonly FoundFile[] } & Verified)

/** What a listed file was found to hold on disk. */
export type FoundFile = Pick<Listed, 'path' | 'hash' | 'rows'>

/**
 * Proves a handover from its directory alone: signature, place in the chain, every listed file's size, hash and rows, the totals,
 * and that nothing else lies there. `onFile` hears of each file as it is done.
 */
export async function verifyHandover(
  dir: string,
  trust: Trust,
  onFile: (done: number, of: number) => void = () => {},
): Promise<Verdict> {
  const signed = await readSignedManifest(dir, trust.jwks)
  if ('fault' in signed) return { faults: [signed] }
  const { manifest, link } = signed
  // A change set is no link of the chain: the snapshot that results names it
  const chain = isChangeManifest(manifest) ? undefined : chainFault(link, manifest.handover.previous, trust.seen)
  const faults: FileFault[] = chain ? [{ file: manifestName, fault: chain }] : []
  const found: FoundFile[] = []
  const listed = listedFiles(manifest)
  for (const [index, file] of listed.entries()) {
    const one = await findFile(dir, file)
    if (typeof one === 'string') faults.push({ file: file.path, fault: one })
    else found.push(one)
    onFile(index + 1, listed.length)
  }
  if (wrongTotals(manifest)) faults.push({ file: manifestName, fault: 'wrong-totals' })
  faults.push(...(await unlistedFiles(dir, manifest)))
  const [first, ...others] = faults
  return first ? { faults: [first, ...others] } : { faults: [], found, manifest, link }
}

/** The manifest that lies in `dir`, once its signature holds; nothing in it counts before. */
export async function readSignedManifest(dir: string, jwks: Jwks): Promise<Verified | FileFault> {
  for (const file of [manifestName, signatureName]) {
    const fault = await presenceFault(join(dir, file))
    if (fault) return { file, fault }
  }
  const bytes = await readFile(join(dir, manifestName))
  const signature = await readFile(join(dir, signatureName), 'utf8')
  const fault = await detachedFault(bytes, signature, jwks)
  if (fault) return { file: signatureName, fault }
  const manifest = readManifest(bytes)
  if (!manifest) return { file: manifestName, fault: 'malformed' }
  return { manifest, link: { sequence: manifest.handover.sequence, sha256: sha256Hex(bytes) } }
}

/** Gaps in sequence numbers are normal; what counts is that the manifest names the one that was seen last. */
export function chainFault(link: Link, previous: Link | null, seen: Link | undefined): VerifyFault | undefined {
  if (!seen) return undefined
  if (link.sequence < seen.sequence) return 'older-than-seen'
  if (link.sequence === seen.sequence) return link.sha256 === seen.sha256 ? undefined : 'not-the-one-seen'
  return previous?.sequence === seen.sequence && previous.sha256 === seen.sha256 ? undefined : 'not-the-next'
}

async function findFile(dir: string, { path, bytes, hash, rows }: Listed): Promise<FoundFile | VerifyFault> {
  const file = join(dir, path)
  const fault = await presenceFault(file)
  if (fault) return fault
  if ((await lstat(file)).size !== bytes) return 'wrong-size'
  const found = { path, hash: `sha256:${await sha256Of(file)}` }
  if (found.hash !== hash) return 'wrong-hash'
  if (rows === undefined) return found
  const counted = await footerRows(file).catch(() => undefined)
  if (counted === undefined) return 'not-parquet'
  return counted === rows ? { ...found, rows: counted } : 'wrong-rows'
}

/** A link is no file: it could lead elsewhere once it is proven. */
async function presenceFault(path: string): Promise<'missing' | 'not-a-file' | undefined> {
  const found = await lstat(path).catch(absent)
  if (!found) return 'missing'
  return found.isFile() ? undefined : 'not-a-file'
}

function wrongTotals(manifest: AnyManifest): boolean {
  const { resources, handover } = manifest
  const counted = new Map<string, { rows: number; files: number; bytes: number }>()
  for (const { 'handover:dataset': dataset, 'handover:rowCount': rows, bytes } of resources) {
    const sum = counted.get(dataset) ?? { rows: 0, files: 0, bytes: 0 }
    counted.set(dataset, { rows: sum.rows + rows, files: sum.files + 1, bytes: sum.bytes + bytes })
  }
  const { exceptions: left, ...datasets } = Object.fromEntries(counted)
  const totals = totalsOf(manifest)
  const wrong = Object.entries(totals).some(([dataset, total]) => {
    const { rows, files, bytes } = datasets[dataset] ?? { rows: 0, files: 0, bytes: 0 }
    return total.rows !== rows || total.files !== files || total.bytes !== bytes
  })
  return wrong || left?.rows !== handover.exceptions || Object.keys(datasets).some(dataset => !(dataset in totals))
}

/** Rows of the files themselves, whichever form they have. */
function totalsOf(manifest: AnyManifest) {
  if (!isChangeManifest(manifest)) return manifest.handover.totals
  return Object.fromEntries(
    Object.entries(manifest.handover.totals).map(([dataset, { inserts, updates, deletes, files, bytes }]) => [
      dataset,
      { rows: inserts + updates + deletes, files, bytes },
    ]),
  )
}

async function unlistedFiles(dir: string, manifest: AnyManifest): Promise<readonly FileFault[]> {
  const listed = new Set([manifestName, signatureName, ...listedFiles(manifest).map(({ path }) => path)])
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  return entries
    .filter(entry => !entry.isDirectory())
    .map(entry => relative(dir, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter(path => !listed.has(path))
    .sort()
    .map(file => ({ file, fault: 'not-listed' }))
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
  throw error
}
