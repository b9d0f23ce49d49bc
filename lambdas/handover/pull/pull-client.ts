import { patiently } from '../../shared/patience.ts'
import type { Link } from '../handover.ts'
import { listedFiles, type Manifest } from '../manifest.ts'
import type { Notice } from '../notice.ts'
import { countsOf, type Receipt } from '../receipt.ts'
import { folderOf } from './inbox.ts'
import type { HeldReceipt, Pulled, PullOptions, PullOutcome } from './pull.ts'
import { chainToTake, withNewest } from './pull-chain-client.ts'
import { signedManifest, takePackage } from './pull-package-client.ts'
import { isPassing, TransportFault } from './pull-transport.ts'
import { keepWaiting, markSent, sentReceipt, waitingReceipts } from './receipt-files.ts'
import { readTrust, saveSeen } from './trust-files.ts'

/**
 * Takes all that was handed over since the last handover that was verified, the oldest first: downloads, verifies all of it, and answers
 * with a receipt. `latest.json` and the chain say what there is; a notice only wakes, and is settled by the receipt of its handover.
 * One that does not verify stops the ones behind it; a receipt that is not taken is held and stops nothing. Whatever was interrupted
 * goes on where it was.
 */
export async function pull(options: PullOptions): Promise<PullOutcome> {
  const notices = await waitingNotices(options)
  const held = new Map<number, HeldReceipt>()
  await answerAgain(options, notices, held)
  const announced = new Map([...notices].map(([sequence, { notice }]) => [sequence, notice.data.manifest.sha256]))
  const { nextDue, passedOver, links, unproven } = await chainToTake(options, announced)
  const handovers: Pulled[] = unproven ? [unproven] : []
  for (const link of links) {
    const one = await pullOne(link, options)
    handovers.push(one.verified ? one : withNewest(one, links.at(-1) as Link))
    if (!one.verified) break
    await answer(options, one.receipt, notices, held)
  }
  const late = nextDue !== null && options.clock() > new Date(nextDue)
  const lastVerified = (await readTrust(options.trustDir)).seen?.sequence ?? null
  return { handovers, lastVerified, nextDue, late, passedOver, heldReceipts: [...held.values()] }
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

/** Sends receipts that were held back, and those of handovers whose notices came again. */
async function answerAgain(options: PullOptions, notices: Notices, held: Map<number, HeldReceipt>) {
  const { trustDir } = options
  const { seen } = await readTrust(trustDir)
  const waiting = (await waitingReceipts(trustDir)).filter(({ sequence }) => seen && sequence <= seen.sequence)
  const again = await Promise.all([...notices.keys()].map(sequence => sentReceipt(trustDir, sequence)))
  for (const receipt of [...waiting, ...again.filter(receipt => receipt !== undefined)])
    await answer(options, receipt, notices, held)
}

async function answer(options: PullOptions, receipt: Receipt, notices: Notices, held: Map<number, HeldReceipt>) {
  const { sequence } = receipt
  const acknowledgements = notices.get(sequence)?.acknowledgements ?? []
  const progress = (done: number) => options.onProgress?.({ step: 'receipt', sequence, done, of: 1 })
  progress(0)
  try {
    await patiently(options, () => options.transport.answer(receipt, acknowledgements), isPassing)
  } catch (error) {
    if (!(error instanceof TransportFault) || isPassing(error)) throw error
    held.set(sequence, { sequence, message: error.message })
    return
  }
  await markSent(options.trustDir, receipt)
  progress(1)
}

async function pullOne(link: Link, options: PullOptions): Promise<Pulled> {
  const { sequence } = link
  const { trustDir, recipient, clock, withChanges = false, taking = 'new' } = options
  const { jwks, seen } = await readTrust(trustDir)
  // What the newest alone leaves out lies between it and the one that was seen
  const trust = seen && taking !== 'newest' ? { jwks, seen } : { jwks }
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
