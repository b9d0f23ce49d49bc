import type { Patience } from '../../shared/patience.ts'
import type { Receipt } from '../receipt.ts'
import type { PullTransport } from './pull-transport.ts'
import type { FileFault } from './verify-files.ts'

/** The machine that a client runs on. */
export interface Machine extends Patience {
  readonly clock: () => Date
  /** Free on the disk that holds a folder. */
  readonly freeBytes: (dir: string) => Promise<number>
}

export interface PullOptions extends Machine {
  readonly recipient: string
  readonly transport: PullTransport
  /** Each handover lands in a folder of its own below, named by its sequence. */
  readonly dir: string
  /** The recipient's keys, how far its chain has come, and its receipts; outside `dir`. */
  readonly trustDir: string
  /** Whether the change set of each handover is fetched as well, into `changes/` below `dir`. */
  readonly withChanges?: boolean
  /** `new` without it. */
  readonly taking?: Taking
  readonly onProgress?: (progress: PullProgress) => void
}

/**
 * All that is `new`. Or the `newest` handover alone, whatever it follows: for a recipient who missed one that is no longer kept. Or
 * `again` the one that was verified last, which must be the same, and then all that is new: for a recipient who lost it.
 */
export type Taking = 'new' | 'newest' | 'again'

export interface PullProgress {
  readonly step: 'download' | 'verify' | 'receipt'
  readonly sequence: number
  /** Bytes that are downloaded, files that are verified or receipts that are taken, and how many there are. */
  readonly done: number
  readonly of: number
}

export interface PullOutcome {
  /** What was taken, the oldest first; one that is not proven is the last. */
  readonly handovers: readonly Pulled[]
  /** The sequence of the one that was verified last, now or before; null while none was. */
  readonly lastVerified: number | null
  /** When the next one is due at the latest, as the sender says; null while that is not proven. */
  readonly nextDue: string | null
  /** Whether that has passed: the sender is late, or the line shows what is old. */
  readonly late: boolean
  /** What the newest alone leaves out; null when it is nothing. */
  readonly passedOver: PassedOver | null
  /** Receipts that nobody would take. They are kept, and sent again by the next pull. */
  readonly heldReceipts: readonly HeldReceipt[]
}

/** Every handover after one and up to another; `after` is null for whoever had none. */
export interface PassedOver {
  readonly after: number | null
  readonly upTo: number
}

export interface HeldReceipt {
  readonly sequence: number
  readonly message: string
}

export type Pulled =
  | {
      readonly verified: true
      readonly dir: string
      readonly sequence: number
      readonly files: number
      readonly bytes: number
      readonly receipt: Receipt
      /** The folder of the change set, where it was asked for; null where the chain begins anew. */
      readonly changes?: string | null
    }
  | Unproven

export interface Unproven {
  readonly verified: false
  readonly dir: string
  readonly sequence: number
  readonly faults: readonly FileFault[]
  /** The newest handover, where an older one is not there: it can be taken alone. */
  readonly newest?: number
}
