import type { Link } from '../handover.ts'
import { type AnyManifest, isChangeManifest, listedFiles, manifestName, readManifest } from '../manifest.ts'
import { sha256Hex } from '../schemas.ts'
import type { Jwks } from '../signature.ts'
import { type FoundFile, fileFaultNames, findListed, readSignedBytes, unlistedFiles } from './signed-package-files.ts'

export const verifyFaults = [
  ...fileFaultNames,
  'older-than-seen',
  'not-the-one-seen',
  'not-the-next',
  'not-the-one-announced',
] as const
export type VerifyFault = (typeof verifyFaults)[number]

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
  const { found, faults: wrong } = await findListed(dir, listedFiles(manifest), onFile)
  faults.push(...wrong)
  if (wrongTotals(manifest)) faults.push({ file: manifestName, fault: 'wrong-totals' })
  faults.push(...(await unlistedFiles(dir, listedFiles(manifest))))
  const [first, ...others] = faults
  return first ? { faults: [first, ...others] } : { faults: [], found, manifest, link }
}

/** The manifest that lies in `dir`, once its signature holds; nothing in it counts before. */
export async function readSignedManifest(dir: string, jwks: Jwks): Promise<Verified | FileFault> {
  const signed = await readSignedBytes(dir, jwks)
  if ('fault' in signed) return signed
  const { bytes } = signed
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
