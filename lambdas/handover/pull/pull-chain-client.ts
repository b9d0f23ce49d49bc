import { patiently } from '../../shared/patience.ts'
import type { Link } from '../handover.ts'
import { readLatest } from '../latest.ts'
import { manifestName } from '../manifest.ts'
import { type FlattenedJws, flattenedFault } from '../signature.ts'
import { folderOf } from './inbox.ts'
import type { PullOptions, Unproven } from './pull.ts'
import { signedManifest } from './pull-package-client.ts'
import { isPassing } from './pull-transport.ts'
import { readTrust } from './trust-files.ts'
import { chainFault, type FileFault, type Trust } from './verify-files.ts'

/**
 * What was handed over and not verified yet, the oldest first: from the newest handover back along the chain. `announced` is what notices
 * say of manifests, by sequence: their SHA-256.
 */
export async function linksToTake(
  options: PullOptions,
  announced: ReadonlyMap<number, string>,
): Promise<readonly Link[] | Unproven> {
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
  const hidden = [...announced.keys()].find(sequence => sequence > newest.sequence)
  if (hidden !== undefined) return unproven(hidden, { file: latestName, fault: 'not-the-one-announced' })

  const links: Link[] = []
  let next: Link | null = newest
  while (next && next.sequence > (seen?.sequence ?? -1)) {
    const link: Link = next
    const signed = await signedManifest({ form: 'snapshots', sequence: link.sequence }, link, trust, options)
    // Whoever begins in the middle of a chain has what is still kept of it
    if ('fault' in signed && signed.fault === 'missing' && !seen && links.length > 0) break
    if ('fault' in signed) return unproven(link.sequence, signed)
    if ((announced.get(link.sequence) ?? link.sha256) !== link.sha256)
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
