import type { Link } from '../../handover/handover.ts'

/** A stretch of time whose lookups one seal holds: from its first instant to the first one after it. */
export interface SealWindow {
  /** Null for the first: whatever the table held until then. */
  readonly from: string | null
  readonly to: string
}

/** One link of the log of lookups, fixed when it is begun: whoever takes it up again makes the same. */
export interface Seal {
  readonly sequence: number
  readonly window: SealWindow
  /** Exported whole where no export of changes can be had: the first time, and after a gap in the table's recovery. */
  readonly mode: 'full' | 'incremental'
  readonly previous: Link | null
}

/** How far a seal has come. */
export type SealEntry = { readonly seal: Seal } & SealState

type SealState =
  /** DynamoDB may have been asked for the export; its token says whether. */
  | { readonly state: 'begun'; readonly attempt: number }
  | { readonly state: 'exporting'; readonly attempt: number; readonly exportArn: string }
  | { readonly state: 'sealed'; readonly manifestSha256: string }

export type OpenSeal = Extract<SealEntry, { state: 'begun' | 'exporting' }>

export function isOpen(entry: SealEntry): entry is OpenSeal {
  return entry.state !== 'sealed'
}

/** How far it has come in one word or two, by which the ledger compares. */
export function markOf(entry: SealEntry): string {
  return entry.state === 'sealed' ? entry.state : `${entry.state} ${entry.attempt}`
}
