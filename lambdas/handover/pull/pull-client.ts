import { patiently } from '../../shared/patience.ts'
import type { Link } from '../handover.ts'
import { listedFiles, type Manifest } from '../manifest.ts'
import type { Notice } from '../notice.ts'
import { countsOf, type Receipt } from '../receipt.ts'
import { folderOf } from './inbox.ts'
import type { Pulled, PullOptions } from './pull.ts'
import { linksToTake } from './pull-chain-client.ts'
import { signedManifest, takePackage } from './pull-package-client.ts'
import { isPassing } from './pull-transport.ts'
import { keepWaiting, markSent, sentReceipt, waitingReceipts } from './receipt-files.ts'
import { readTrust, saveSeen } from './trust-files.ts'

/**
 * Takes all that was handed over since the last handover that was verified, the oldest first: downloads, verifies all of it, and answers
 * with a receipt. `latest.json` and the chain say what there is; a notice only wakes, and is settled by the receipt of its handover.
 * One that does not verify stops the ones behind it. Whatever was interrupted goes on where it was.
 */
export async function pull(options: PullOptions): Promise<readonly Pulled[]> {
  const notices = await waitingNotices(options)
  await answerAgain(options, notices)
  const announced = new Map([...notices].map(([sequence, { notice }]) => [sequence, notice.data.manifest.sha256]))
  const links = await linksToTake(options, announced)
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
  const set = withChanges && changes ? await takePackage({ form: 'changes', sequence }, changes, trust, options) : null
  if (set && 'faults' in set) return set
  const taken = await takePackage(snapshot, link, trust, options)
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
