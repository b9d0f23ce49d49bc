import { isDeepStrictEqual } from 'node:util'
import type { Link } from '../handover.ts'
import { type ChangeManifest, isChangeManifest, type Manifest } from '../manifest.ts'
import type { Verified } from './verify-files.ts'

export const applyFaultNames = [
  'not-the-next',
  'not-a-snapshot',
  'not-a-change-set',
  'another-recipient',
  'another-agreement',
  'counts-do-not-follow',
] as const

/** Why change sets do not lead on from a snapshot; `at` says which of what was given, the base being 0. */
export type ApplyFault = { readonly at: number } & (
  | { readonly fault: Exclude<ApplyFaultName, 'not-the-next'> }
  | ({ readonly fault: 'not-the-next' } & Step)
)
type ApplyFaultName = (typeof applyFaultNames)[number]

/** The sequence from which a change set leads on, and the one to which what stands before it leads. */
export interface Step {
  readonly previous: number
  readonly reached: number
}

/** A snapshot, and the change sets that lead on from it one after the other. */
export interface Applicable {
  readonly base: Manifest
  readonly deltas: readonly ChangeManifest[]
}

/**
 * Whether each change set begins where what stands before it ends: it names the snapshot before it, and as many rows result as were
 * there, came and went.
 */
export function applicable(base: Verified, deltas: readonly Verified[]): Applicable | ApplyFault {
  if (isChangeManifest(base.manifest)) return { at: 0, fault: 'not-a-snapshot' }
  const { recipient, agreement, totals } = base.manifest.handover
  const before = { link: base.link as Pick<Link, 'sequence'> & Partial<Link>, rows: rowsOf(totals) }
  const followed: ChangeManifest[] = []
  for (const [index, { manifest }] of deltas.entries()) {
    const at = index + 1
    if (!isChangeManifest(manifest)) return { at, fault: 'not-a-change-set' }
    const { handover } = manifest
    if (handover.recipient !== recipient) return { at, fault: 'another-recipient' }
    if (!isDeepStrictEqual(handover.agreement, agreement)) return { at, fault: 'another-agreement' }
    if (!isBefore(before.link, handover.previous)) {
      const step = { previous: handover.previous.sequence, reached: before.link.sequence }
      return { at, fault: 'not-the-next', ...step }
    }
    for (const [dataset, { inserts, deletes, resultingRows }] of Object.entries(handover.totals)) {
      if ((before.rows[dataset] ?? 0) + inserts - deletes !== resultingRows)
        return { at, fault: 'counts-do-not-follow' }
      before.rows[dataset] = resultingRows
    }
    // Of the snapshots between, the next change set alone tells the hash
    before.link = { sequence: handover.sequence }
    followed.push(manifest)
  }
  return { base: base.manifest, deltas: followed }
}

function isBefore({ sequence, sha256 }: Pick<Link, 'sequence'> & Partial<Link>, previous: Link): boolean {
  return previous.sequence === sequence && (sha256 === undefined || previous.sha256 === sha256)
}

function rowsOf(totals: Manifest['handover']['totals']): Record<string, number> {
  return Object.fromEntries(Object.entries(totals).map(([dataset, { rows }]) => [dataset, rows]))
}
