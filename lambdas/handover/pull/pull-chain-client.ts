import { patiently } from '../../shared/patience.ts'
import type { Link } from '../handover.ts'
import { readLatest } from '../latest.ts'
import { manifestName } from '../manifest.ts'
import { type FlattenedJws, flattenedFault } from '../signature.ts'
import { folderOf } from './inbox.ts'
import type { PassedOver, PullOptions, Unproven } from './pull.ts'
import { signedManifest } from './pull-package-client.ts'
import { isPassing } from './pull-transport.ts'
import { readTrust } from './trust-files.ts'
import { chainFault, type FileFault, type Trust } from './verify-files.ts'

/** What there is to take, and what `latest.json` says beside it. */
export interface ChainToTake {
  /** The oldest first; none where something is unproven. */
  readonly links: readonly Link[]
  readonly unproven?: Unproven
  readonly nextDue: string | null
  readonly passedOver: PassedOver | null
}

/**
 * What was handed over and is to be taken, from the newest handover back along the chain. `announced` is what notices say of manifests,
 * by sequence: their SHA-256.
 */
export async function chainToTake(options: PullOptions, announced: ReadonlyMap<number, string>): Promise<ChainToTake> {
  const trust = await readTrust(options.trustDir)
  const { seen } = trust
  const newest = await newestLink(options, trust)
  const nothing = { links: [], nextDue: null, passedOver: null }
  const known = Math.max(seen?.sequence ?? -1, ...announced.keys())
  if (!newest) {
    // Before the first handover there is none
    if (known < 0) return nothing
    return { ...nothing, unproven: unprovenAt(options, known, { file: latestName, fault: 'missing' }) }
  }
  if ('fault' in newest) return { ...nothing, unproven: unprovenAt(options, seen?.sequence ?? 0, newest) }
  const { link, nextDue } = newest
  if (known > link.sequence)
    return { ...nothing, unproven: unprovenAt(options, known, { file: latestName, fault: 'not-the-one-announced' }) }
  const walk = { options, trust, announced }
  const taken = options.taking === 'newest' ? await newestAlone(link, walk) : await linksSince(link, walk)
  if (!('links' in taken)) return { ...nothing, nextDue, unproven: taken }
  const again = options.taking === 'again' && seen ? [seen] : []
  return { nextDue, ...taken, links: [...again, ...taken.links] }
}

/** Where an older handover is not there, the newest can be taken alone. */
export function withNewest(unproven: Unproven, newest: Link): Unproven {
  const isMissing = unproven.faults.some(({ fault }) => fault === 'missing')
  return isMissing && unproven.sequence < newest.sequence ? { ...unproven, newest: newest.sequence } : unproven
}

const latestName = 'latest.json'

/** What every handover on the way back is held to. */
interface Walk {
  readonly options: PullOptions
  readonly trust: Trust
  readonly announced: ReadonlyMap<number, string>
}

type Found = Pick<ChainToTake, 'links' | 'passedOver'> | Unproven

async function linksSince(newest: Link, walk: Walk): Promise<Found> {
  const { options } = walk
  const { seen } = walk.trust
  const links: Link[] = []
  let next: Link | null = newest
  while (next && next.sequence > (seen?.sequence ?? -1)) {
    const link: Link = next
    const found = await previousOf(link, walk)
    // Whoever begins in the middle of a chain has what is still kept of it
    if ('fault' in found && found.fault === 'missing' && !seen && links.length > 0) break
    if ('fault' in found) return withNewest(unprovenAt(options, link.sequence, found), newest)
    links.unshift(link)
    next = found.previous
  }
  const [oldest] = links
  const fault = oldest && chainFault(oldest, next, seen)
  if (oldest && fault) return unprovenAt(options, oldest.sequence, { file: manifestName, fault })
  return { links, passedOver: null }
}

/** Still it must follow what was seen, though perhaps not at once: neither lie on another branch nor begin one. */
async function newestAlone(link: Link, walk: Walk): Promise<Found> {
  const { options } = walk
  const { seen } = walk.trust
  if (link.sequence === seen?.sequence) return { links: [], passedOver: null }
  const found = await previousOf(link, walk)
  if ('fault' in found) return unprovenAt(options, link.sequence, found)
  const { previous } = found
  const isBetween = seen && previous && previous.sequence > seen.sequence
  const fault = isBetween ? undefined : chainFault(link, previous, seen)
  if (fault) return unprovenAt(options, link.sequence, { file: manifestName, fault })
  const isNext = !previous || previous.sequence === seen?.sequence
  return { links: [link], passedOver: isNext ? null : { after: seen?.sequence ?? null, upTo: previous.sequence } }
}

/** What a proven handover follows. */
async function previousOf(
  link: Link,
  { options, trust, announced }: Walk,
): Promise<{ readonly previous: Link | null } | FileFault> {
  const signed = await signedManifest({ form: 'snapshots', sequence: link.sequence }, link, trust, options)
  if ('fault' in signed) return signed
  if ((announced.get(link.sequence) ?? link.sha256) !== link.sha256)
    return { file: manifestName, fault: 'not-the-one-announced' }
  return { previous: signed.manifest.handover.previous }
}

function unprovenAt({ dir }: PullOptions, sequence: number, fault: FileFault): Unproven {
  return { verified: false, dir: folderOf(dir, 'snapshots', sequence), sequence, faults: [fault] }
}

async function newestLink(
  options: PullOptions,
  { jwks, seen }: Trust,
): Promise<{ readonly link: Link; readonly nextDue: string } | FileFault | undefined> {
  const bytes = await patiently(options, () => options.transport.latest(), isPassing)
  if (!bytes) return undefined
  const signed = readFlattened(bytes)
  const fault = signed ? await flattenedFault(signed, jwks) : 'malformed'
  if (fault) return { file: latestName, fault }
  const { recipient, sequence, manifestSha256, nextDue } = readLatest(bytes)
  if (recipient !== options.recipient) return { file: latestName, fault: 'malformed' }
  const link = { sequence, sha256: manifestSha256 }
  const behind = seen && sequence <= seen.sequence ? chainFault(link, null, seen) : undefined
  return behind ? { file: latestName, fault: behind } : { link, nextDue }
}

function readFlattened(bytes: Uint8Array): FlattenedJws | undefined {
  try {
    return JSON.parse(Buffer.from(bytes).toString()) as FlattenedJws
  } catch {
    return undefined
  }
}
