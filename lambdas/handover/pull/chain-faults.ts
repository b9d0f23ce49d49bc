import type { Link } from '../handover.ts'
import { sequenceText } from '../manifest.ts'
import type { VerifyFault } from './verify-files.ts'

/** A proven snapshot among others, by the folder in which it lies. */
export interface Linked {
  readonly folder: string
  readonly link: Link
  readonly previous: Link | null
  /** The change set that it names. */
  readonly changes: Link | null
}

/** A proven change set, likewise. */
export type LinkedChanges = Pick<Linked, 'folder' | 'link'>

export const chainFaultNames = [
  'link-missing',
  'link-repeated',
  'link-reordered',
  'link-forked',
  'changes-not-named',
] as const
export type ChainFault = (typeof chainFaultNames)[number]

/** A fault of a place in the chain, by its folder. */
export interface PlaceFault {
  readonly folder: string
  readonly fault: ChainFault | Extract<VerifyFault, 'older-than-seen' | 'not-the-one-seen'>
}

/**
 * What is wrong with one recipient's chain, as far as snapshots of it lie side by side. It may begin anywhere, since what came before
 * may have been deleted; from there on each names the one before it.
 */
export function chainFaults(
  snapshots: readonly Linked[],
  changes: readonly LinkedChanges[],
  seen: Link | undefined,
): readonly PlaceFault[] {
  const faults: PlaceFault[] = []
  const chain = [...snapshots].sort((a, b) => a.link.sequence - b.link.sequence)
  for (const [index, { folder, link, previous }] of chain.entries()) {
    if (folder !== sequenceText(link.sequence)) faults.push({ folder, fault: 'link-reordered' })
    const before = chain[index - 1]
    if (before) {
      const fault = stepFault(before.link, link, previous)
      if (fault) faults.push({ folder, fault })
    }
    if (seen?.sequence === link.sequence && seen.sha256 !== link.sha256)
      faults.push({ folder, fault: 'not-the-one-seen' })
  }
  const newest = chain.at(-1)
  if (seen && newest && newest.link.sequence < seen.sequence)
    faults.push({ folder: newest.folder, fault: 'older-than-seen' })
  for (const { folder, link } of changes) {
    const named = chain.some(({ changes }) => changes?.sequence === link.sequence && changes.sha256 === link.sha256)
    if (!named) faults.push({ folder, fault: 'changes-not-named' })
  }
  return faults
}

function stepFault(before: Link, link: Link, previous: Link | null): ChainFault | undefined {
  if (before.sequence === link.sequence) return before.sha256 === link.sha256 ? 'link-repeated' : 'link-forked'
  if (previous === null || previous.sequence < before.sequence) return 'link-forked'
  if (previous.sequence > before.sequence) return 'link-missing'
  return previous.sha256 === before.sha256 ? undefined : 'link-forked'
}
