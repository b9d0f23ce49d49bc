import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type Patience, patiently } from '../shared/patience.ts'
import { downloadFiles } from './download-files.ts'
import type { Link } from './handover.ts'
import { readLatest } from './latest.ts'
import {
  isChangeManifest,
  listedFiles,
  type Manifest,
  manifestName,
  type PackageForm,
  sequenceText,
  signatureName,
} from './manifest.ts'
import type { Notice } from './notice.ts'
import {
  type HandoverPackage,
  isPassing,
  type PackageReader,
  type PullTransport,
  TransportFault,
} from './pull-transport.ts'
import { countsOf, type Receipt } from './receipt.ts'
import { keepWaiting, markSent, sentReceipt, waitingReceipts } from './receipt-files.ts'
import { type FlattenedJws, flattenedFault } from './signature.ts'
import { readTrust, saveSeen } from './trust-files.ts'
import {
  chainFault,
  type FileFault,
  type FoundFile,
  readSignedManifest,
  type Trust,
  type Verified,
  verifyHandover,
} from './verify-files.ts'

/** The machine that a client runs on. */
export interface Machine extends Patience {
  readonly clock: () => Date
  /** Free on the disk that holds a folder. */
  readonly freeBytes: (dir: string) => Promise<number>
}

export interface PullOptions extends Machine {
  readonly recipient: string
  readonly transport: PullTransport
  /** Each handover lands in a folder of its own below, named by its sequence. */
  readonly dir: string
  /** The recipient's keys, how far its chain has come, and its receipts; outside `dir`. */
  readonly trustDir: string
  /** Whether the change set of each handover is fetched as well, into `changes/` below `dir`. */
  readonly withChanges?: boolean
  readonly onProgress?: (progress: PullProgress) => void
}

export interface PullProgress {
  readonly step: 'download' | 'verify'
  readonly sequence: number
  /** Bytes that are downloaded or files that are verified, and how many there are. */
  readonly done: number
  readonly of: number
}

export type Pulled =
  | {
      readonly verified: true
      readonly dir: string
      readonly sequence: number
      readonly files: number
      readonly bytes: number
      readonly receipt: Receipt
      /** The folder of the change set, where it was asked for; null where the chain begins anew. */
      readonly changes?: string | null
    }
  | Unproven

export interface Unproven {
  readonly verified: false
  readonly dir: string
  readonly sequence: number
  readonly faults: readonly FileFault[]
}

/**
 * Takes all that was handed over since the last handover that was verified, the oldest first: downloads, verifies all of it, and answers
 * with a receipt. `latest.json` and the chain say what there is; a notice only wakes, and is settled by the receipt of its handover.
 * One that does not verify stops the ones behind it. Whatever was interrupted goes on where it was.
 */
export async function pull(options: PullOptions): Promise<readonly Pulled[]> {
  const notices = await waitingNotices(options)
  await answerAgain(options, notices)
  const links = await linksToTake(options, notices)
  if ('verified' in links) return [links]
  const pulled: Pulled[] = []
  for (const link of links) {
    const one = await pullOne(link, options)
    pulled.push(one)
    if (!one.verified) return pulled
    await answer(options, one.receipt, notices)
  }
  return pulled
}

interface Announced {
  readonly notice: Notice
  /** One for each time it came. */
  readonly acknowledgements: readonly string[]
}

/** By sequence: a notice comes at least once. */
type Notices = ReadonlyMap<number, Announced>

async function waitingNotices(options: PullOptions): Promise<Notices> {
  const { transport } = options
  const notices = new Map<number, Announced>()
  for (;;) {
    const few = await patiently(options, () => transport.notices(), isPassing)
    if (few.length === 0) return notices
    for (const { notice, acknowledgement } of few) {
      const { sequence } = notice.data
      const { acknowledgements = [] } = notices.get(sequence) ?? {}
      notices.set(sequence, { notice, acknowledgements: [...acknowledgements, acknowledgement] })
    }
  }
}

/** Sends receipts that an interruption held back, and those of handovers whose notices came again. */
async function answerAgain(options: PullOptions, notices: Notices) {
  const { trustDir } = options
  const { seen } = await readTrust(trustDir)
  const held = (await waitingReceipts(trustDir)).filter(({ sequence }) => seen && sequence <= seen.sequence)
  const again = await Promise.all([...notices.keys()].map(sequence => sentReceipt(trustDir, sequence)))
  for (const receipt of [...held, ...again.filter(receipt => receipt !== undefined)])
    await answer(options, receipt, notices)
}

async function answer(options: PullOptions, receipt: Receipt, notices: Notices) {
  const acknowledgements = notices.get(receipt.sequence)?.acknowledgements ?? []
  await patiently(options, () => options.transport.answer(receipt, acknowledgements), isPassing)
  await markSent(options.trustDir, receipt)
}

/** What was handed over and not verified yet, the oldest first: from the newest handover back along the chain. */
async function linksToTake(options: PullOptions, notices: Notices): Promise<readonly Link[] | Unproven> {
  const { dir, trustDir } = options
  const trust = await readTrust(trustDir)
  const { seen } = trust
  const newest = await newestLink(options, trust)
  if (!newest) return []
  const unproven = (sequence: number, fault: FileFault): Unproven => ({
    verified: false,
    dir: folderOf(dir, 'snapshots', sequence),
    sequence,
    faults: [fault],
  })
  if ('fault' in newest) return unproven(seen?.sequence ?? 0, newest)
  const hidden = [...notices.keys()].find(sequence => sequence > newest.sequence)
  if (hidden !== undefined) return unproven(hidden, { file: latestName, fault: 'not-the-one-announced' })

  const links: Link[] = []
  let next: Link | null = newest
  while (next && next.sequence > (seen?.sequence ?? -1)) {
    const link: Link = next
    const signed = await signedManifest({ form: 'snapshots', sequence: link.sequence }, link, trust, options)
    // Whoever begins in the middle of a chain has what is still kept of it
    if ('fault' in signed && signed.fault === 'missing' && !seen && links.length > 0) break
    if ('fault' in signed) return unproven(link.sequence, signed)
    const announced = notices.get(link.sequence)?.notice.data.manifest.sha256 ?? link.sha256
    if (announced !== link.sha256)
      return unproven(link.sequence, { file: manifestName, fault: 'not-the-one-announced' })
    links.unshift(link)
    next = signed.manifest.handover.previous
  }
  const [oldest] = links
  if (oldest && seen) {
    const fault = chainFault(oldest, next, seen)
    if (fault) return unproven(oldest.sequence, { file: manifestName, fault })
  }
  return links
}

const latestName = 'latest.json'

async function newestLink(
  options: PullOptions,
  { jwks, seen }: Trust,
): Promise<Link | (FileFault & { readonly sequence?: never }) | undefined> {
  const bytes = await patiently(options, () => options.transport.latest(), isPassing)
  if (!bytes) return undefined
  const signed = readFlattened(bytes)
  const fault = signed ? await flattenedFault(signed, jwks) : 'malformed'
  if (fault) return { file: latestName, fault }
  const { recipient, sequence, manifestSha256 } = readLatest(bytes)
  if (recipient !== options.recipient) return { file: latestName, fault: 'malformed' }
  const link = { sequence, sha256: manifestSha256 }
  const behind = seen && sequence <= seen.sequence ? chainFault(link, null, seen) : undefined
  return behind ? { file: latestName, fault: behind } : link
}

function readFlattened(bytes: Uint8Array): FlattenedJws | undefined {
  try {
    return JSON.parse(Buffer.from(bytes).toString()) as FlattenedJws
  } catch {
    return undefined
  }
}

async function pullOne(link: Link, options: PullOptions): Promise<Pulled> {
  const { sequence } = link
  const { trustDir, recipient, clock, withChanges = false } = options
  const trust = await readTrust(trustDir)
  const snapshot = { form: 'snapshots', sequence } as const
  const signed = await signedManifest(snapshot, link, trust, options)
  if ('fault' in signed) {
    return { verified: false, dir: folderOf(options.dir, 'snapshots', sequence), sequence, faults: [signed] }
  }
  const { changes } = (signed.manifest as Manifest).handover
  const set = withChanges && changes ? await take({ form: 'changes', sequence }, changes, trust, options) : null
  if (set && 'faults' in set) return set
  const taken = await take(snapshot, link, trust, options)
  if ('faults' in taken) return taken
  const manifest = taken.manifest as Manifest
  const receipt = {
    recipient,
    sequence,
    manifestSha256: link.sha256,
    ...countsOf(manifest, taken.found),
    receivedAt: clock().toISOString(),
  }
  await keepWaiting(trustDir, receipt)
  await saveSeen(trustDir, link)
  const files = listedFiles(manifest)
  return {
    verified: true,
    dir: taken.dir,
    sequence,
    files: files.length + 2,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    receipt,
    ...(withChanges && { changes: set ? set.dir : null }),
  }
}

interface Taken {
  readonly dir: string
  readonly manifest: Verified['manifest']
  readonly found: readonly FoundFile[]
}

/** Downloads and verifies a package, and gives its folder its name only then; one that has its name is verified once more. */
async function take(of: HandoverPackage, link: Link, trust: Trust, options: PullOptions): Promise<Taken | Unproven> {
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
async function signedManifest(
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

function folderOf(dir: string, form: PackageForm, sequence: number): string {
  return join(dir, ...(form === 'changes' ? ['changes'] : []), sequenceText(sequence))
}

/** Where a package lies until it is verified; its own folder once it is there. */
async function landingOf(dir: string): Promise<string> {
  return stat(dir).then(
    () => dir,
    () => `${dir}.part`,
  )
}
