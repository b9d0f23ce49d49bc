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
  readonly onProgress?: (progress: PullProgress) => void
}

export interface PullProgress {
  readonly step: 'download' | 'verify'
  readonly sequence: number
  /** Bytes that are downloaded or files that are verified, and how many there are. */
  readonly done: number
  readonly of: number
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
}
