import type { FeedKind } from './feeds.ts'

/** How the first load of a registry stands. */
export type FirstLoad = { readonly state: 'free'; readonly files: FirstFiles } | HeldLoad | { readonly state: 'over' }

/** One piece is alone in the registry. */
export interface HeldLoad {
  readonly state: 'held'
  readonly files: FirstFiles
  readonly holder: string
  /** Milliseconds since 1970. */
  readonly until: number
  /** Whether another piece waits. */
  readonly awaited: boolean
}

/** The first file of each kind: no other belongs to the first load. */
export type FirstFiles = Readonly<Partial<Record<FeedKind, string>>>

export interface Claimant {
  readonly kind: FeedKind
  readonly file: string
  readonly holder: string
}

/** A holder's time beyond its last sign of life. */
export const holdMilliseconds = 60_000

/** What the state becomes when a piece comes: held by it, over, or held on by another. */
export function onClaim(load: FirstLoad, { kind, file, holder }: Claimant, now: number): FirstLoad {
  if (load.state === 'over' || heldBy(load, holder)) return load
  if (load.state === 'held' && now >= load.until) return { state: 'over' }
  if (load.state === 'held') return load.awaited ? load : { ...load, awaited: true }
  const first = load.files[kind] ?? file
  if (first !== file) return { state: 'over' }
  return {
    state: 'held',
    files: { ...load.files, [kind]: file },
    holder,
    until: now + holdMilliseconds,
    awaited: false,
  }
}

/** The holder's time begins anew. */
export function onRenewal(load: FirstLoad, holder: string, now: number): FirstLoad {
  const held = heldBy(load, holder)
  return held ? { ...held, until: now + holdMilliseconds } : load
}

/** The next piece is alone too, unless one waits: several at a time get on better side by side. */
export function onReturn(load: FirstLoad, holder: string): FirstLoad {
  const held = heldBy(load, holder)
  if (!held) return load
  return held.awaited ? { state: 'over' } : { state: 'free', files: held.files }
}

export function heldBy(load: FirstLoad, holder: string): HeldLoad | undefined {
  return load.state === 'held' && load.holder === holder ? load : undefined
}
