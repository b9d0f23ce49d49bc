import type { Link } from '../handover.ts'
import type { PublicationFacts } from '../publication.ts'
import { SharingRefusal, wrongValue } from './sharing-refusal.ts'

/** A version of every table of a share is a handover of its recipient's chain, and its number is the sequence: gaps are normal. */
export type Version = PublicationFacts

/** A version by its number, the one that stood at an instant, or the newest. */
export type At = { readonly version: number } | { readonly timestamp: Date } | 'newest'

/** The chain, its oldest handover first: from its head back, each by the one that it names. */
export function versionsOf(head: Link | undefined, published: readonly PublicationFacts[]): readonly Version[] {
  const versions: Version[] = []
  let link = head ?? null
  while (link) {
    const { sequence, sha256 }: Link = link
    const version = published.find(facts => facts.sequence === sequence && facts.manifestSha256 === sha256)
    if (!version) break
    versions.unshift(version)
    link = version.previous
  }
  return versions
}

/** Never rounded: who asks for a number gets that one or none. @throws SharingRefusal */
export function versionAt(versions: readonly Version[], at: At): Version {
  const newest = newestOf(versions)
  if (at === 'newest') return newest
  if ('version' in at) {
    const found = versions.find(({ sequence }) => sequence === at.version)
    if (!found) throw wrongValue('version', `one of ${numbered(versions)}`)
    return found
  }
  const found = versions.findLast(({ asOf }) => new Date(asOf) <= at.timestamp)
  if (!found) throw wrongValue('timestamp', `an instant from ${versions[0]?.asOf}, when the oldest version was taken`)
  return found
}

/** The earliest version at or after an instant. @throws SharingRefusal when there is none yet. */
export function versionFrom(versions: readonly Version[], timestamp: Date): Version {
  const { asOf: until } = newestOf(versions)
  const found = versions.find(({ asOf }) => new Date(asOf) >= timestamp)
  if (!found) throw wrongValue('startingTimestamp', `an instant up to ${until}, when the newest version was taken`)
  return found
}

export interface ChangeRange {
  /** A number may lie in a gap, since a reader goes on from the one after its last. */
  readonly from: Exclude<At, 'newest'>
  /** Included, and the newest when it lies beyond. */
  readonly to: At
}

export interface Changed {
  /** Numbers, both included; they may lie in gaps. */
  readonly first: number
  readonly last: number
  /** None where the whole range lies in a gap. */
  readonly versions: readonly Version[]
}

/**
 * @throws SharingRefusal where it begins before the oldest version, of whose changes nothing is known, and where the chain begins anew
 * within the range: no change set leads there.
 */
export function changedVersions(versions: readonly Version[], { from, to }: ChangeRange): Changed {
  const newest = newestOf(versions)
  const first = 'version' in from ? from.version : versionFrom(versions, from.timestamp).sequence
  const last = typeof to === 'object' && 'version' in to ? to.version : versionAt(versions, to).sequence
  const oldest = versions[0] ?? newest
  if (first < oldest.sequence)
    throw wrongValue('startingVersion', `a number from ${oldest.sequence}, the oldest version`)
  if (first > newest.sequence)
    throw wrongValue('startingVersion', `a number up to ${newest.sequence}, the newest version`)
  if (last < first) throw wrongValue('the end of the range', 'no version before its start')
  const changed = versions.filter(({ sequence }) => first <= sequence && sequence <= last)
  const anew = changed.find(({ changes, previous }) => !changes && previous)
  if (anew) {
    const { sequence } = anew
    throw wrongValue(
      'the range',
      `no version ${sequence} in it, where the chain begins anew: load version ${sequence} whole, and changes from ${sequence + 1}`,
    )
  }
  return { first, last: Math.min(last, newest.sequence), versions: changed }
}

function newestOf(versions: readonly Version[]): Version {
  const newest = versions.at(-1)
  if (!newest) throw new SharingRefusal('nothing-published')
  return newest
}

/** The newest few, since a chain may be long. */
function numbered(versions: readonly Version[]): string {
  const shown = versions.slice(-10).map(({ sequence }) => sequence)
  return `${versions.length > shown.length ? `the newest, ` : ''}${shown.join(', ')}`
}
