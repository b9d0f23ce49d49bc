import type { PackageForm } from '../manifest.ts'
import type { Notice } from '../notice.ts'
import type { Receipt } from '../receipt.ts'

/** A recipient's line to what it is given. */
export interface PullTransport {
  /** The bytes of `latest.json`; none before the first handover. */
  latest(): Promise<Uint8Array | undefined>
  /** Some of the notices that wait and that were not asked for just now; none when there are no more. */
  notices(): Promise<readonly WaitingNotice[]>
  /** `paths` are those that will be read, in about that order. */
  open(handover: HandoverPackage, paths: readonly string[]): PackageReader
  /** Sends a receipt, and settles the notices that it answers. */
  answer(receipt: Receipt, acknowledgements: readonly string[]): Promise<void>
}

export interface WaitingNotice {
  readonly notice: Notice
  readonly acknowledgement: string
}

export interface HandoverPackage {
  readonly form: PackageForm
  readonly sequence: number
}

export interface PackageReader {
  /** A file, or a span of it: only while it is the one with `etag`, where that is given. */
  read(path: string, span?: Span, etag?: string): Promise<FileBytes>
}

/** Both bytes are in it. */
export interface Span {
  readonly first: number
  readonly last: number
}

export interface FileBytes {
  /** Its pieces are the reader's alone, who may free them. */
  readonly bytes: AsyncIterable<Uint8Array>
  readonly etag: string
}

/** Why the line gave nothing: `passing` is worth another try. */
export const transportFaultReasons = ['passing', 'refused', 'not-there', 'changed'] as const
export type TransportFaultReason = (typeof transportFaultReasons)[number]

export class TransportFault extends Error {
  override readonly name = 'TransportFault'
  readonly code = 'transport'
  readonly reason: TransportFaultReason

  constructor(reason: TransportFaultReason, message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}

export function isPassing(error: unknown): boolean {
  return error instanceof TransportFault && error.reason === 'passing'
}

/** What an answer's status means; none where nobody answered. */
export function reasonOf(status: number | undefined): TransportFaultReason {
  if (status === 404) return 'not-there'
  if (status === 412) return 'changed'
  const passing = status === undefined || status >= 500 || [408, 425, 429].includes(status)
  return passing ? 'passing' : 'refused'
}
