import type { Link } from './handover.ts'
import type { Discrepancy, Sent } from './receipt.ts'

/** One handover to one recipient. */
export type Publication = { readonly facts: PublicationFacts } & PublicationState

type PublicationState =
  /** About to be committed: whether it was, its manifest tells. */
  | { readonly state: 'prepared' }
  /** Committed; its notice waits to be sent. */
  | { readonly state: 'published' }
  | { readonly state: 'announced'; readonly announcedAt: string }
  /** The recipient counted what we sent. */
  | { readonly state: 'closed'; readonly closedAt: string }
  /** The recipient found something else. */
  | { readonly state: 'disputed'; readonly disputedAt: string; readonly discrepancies: readonly Discrepancy[] }

export interface PublicationFacts extends Sent {
  readonly recipient: string
  readonly sequence: number
  readonly manifestKey: string
  readonly manifestBytes: number
  /** Of the key that signed the manifest. */
  readonly kid: string
  readonly previous: Link | null
  readonly mode: 'full' | 'delta'
  /** The change set's manifest; none where the chain begins anew. */
  readonly changes: {
    readonly manifestKey: string
    readonly manifestBytes: number
    readonly manifestSha256: string
  } | null
  readonly asOf: string
  readonly publishedAt: string
}
