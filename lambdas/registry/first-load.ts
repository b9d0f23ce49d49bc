import type { FeedKind } from './feeds.ts'

/** How the first load of a registry stands. */
export type FirstLoad =
  | { readonly state: 'free'; readonly files: FirstFiles }
  /** One piece is alone in the registry, until then in milliseconds since 1970; another one waits if `awaited`. */
  | {
      readonly state: 'held'
      readonly files: FirstFiles
      readonly holder: string
      readonly until: number
      readonly awaited: boolean
    }
  | { readonly state: 'over' }

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
  if (load.state === 'over') return load
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
  return isHeldBy(load, holder) ? { ...load, until: now + holdMilliseconds } : load
}

export function isHeldBy(load: FirstLoad, holder: string): load is FirstLoad & { readonly state: 'held' } {
  return load.state === 'held' && load.holder === holder
}

/** The next piece is alone too, unless one waits: several at a time get on better side by side. */
export function onReturn(load: FirstLoad, holder: string): FirstLoad {
  if (!isHeldBy(load, holder)) return load
  return load.awaited ? { state: 'over' } : { state: 'free', files: load.files }
}
