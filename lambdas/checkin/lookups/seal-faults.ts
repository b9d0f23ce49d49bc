import type { Link } from '../../handover/handover.ts'
import { manifestName } from '../../handover/manifest.ts'
import { chainFaults, type PlaceFault } from '../../handover/pull/chain-faults.ts'
import type { FileFaultName } from '../../handover/pull/signed-package-files.ts'
import type { LatestSeal } from './latest-seal.ts'
import type { SealManifest } from './seal-manifest.ts'

/** A proven seal, by the folder in which it lies. */
export interface FoundSeal {
  readonly folder: string
  readonly link: Link
  readonly manifest: SealManifest
}

/** `cut`: newer seals than what is here are known, or the ones from which the log begins are gone. */
export const sealFaultNames = ['cut', 'window-gap', 'window-overlap'] as const
export type SealFault = FileFaultName | PlaceFault['fault'] | (typeof sealFaultNames)[number]

export interface LogFault {
  /** Below the directory that was verified. */
  readonly file: string
  readonly fault: SealFault
}

/**
 * What is wrong with the log as a whole, as far as its proven seals say: it begins at the first seal, each names the one before it and
 * goes on where that one ends, and it reaches as far as `latest` and whoever saw it last have seen.
 */
export function logFaults(
  seals: readonly FoundSeal[],
  latest: Pick<LatestSeal, 'sequence' | 'manifestSha256'> | undefined,
  seen: Link | undefined,
): readonly LogFault[] {
  const chain = [...seals].sort((a, b) => a.link.sequence - b.link.sequence)
  const linked = chain.map(({ folder, link, manifest }) => ({
    folder,
    link,
    previous: manifest.seal.previous,
    changes: null,
  }))
  const faults: LogFault[] = chainFaults(linked, [], seen).map(({ folder, fault }) => at(folder, fault))
  const [first] = chain
  if (first && first.manifest.seal.previous !== null) faults.push(at(first.folder, 'cut'))
  for (const [index, { folder, manifest }] of chain.entries()) {
    const before = chain[index - 1]?.manifest.seal
    if (before?.sequence !== manifest.seal.sequence - 1) continue
    const fault = windowFault(before.window.to, manifest.seal.window)
    if (fault) faults.push(at(folder, fault))
  }
  const newest = chain.at(-1)
  if (latest && (newest?.link.sequence ?? 0) < latest.sequence) faults.push({ file: 'latest.json', fault: 'cut' })
  const named = chain.find(({ link }) => link.sequence === latest?.sequence)
  if (latest && named && named.link.sha256 !== latest.manifestSha256) faults.push(at(named.folder, 'link-forked'))
  if (seen && !newest) faults.push({ file: 'latest.json', fault: 'older-than-seen' })
  return faults
}

function windowFault(end: string, { from, to }: SealManifest['seal']['window']): SealFault | undefined {
  if (from === null || from < end || to <= from) return 'window-overlap'
  return from > end ? 'window-gap' : undefined
}

function at(folder: string, fault: SealFault): LogFault {
  return { file: `${folder}/${manifestName}`, fault }
}
