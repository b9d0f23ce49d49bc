export const faultCodes = [
  'export-failed',
  'export-manifest',
  'data-file-missing',
  'data-file-extra',
  'data-file-md5',
  'data-file-gzip',
  'data-file-count',
  'unknown-kind',
  'malformed-item',
  'unknown-code',
  'duplicate-key',
  'base-differs',
  'export-window',
  'too-many-exceptions',
  'rows-lost',
  'file-too-large',
  'already-running',
  'cut-in-the-past',
  'too-soon',
  'nobody-due',
  'already-published',
  'stale-head',
] as const
export type FaultCode = (typeof faultCodes)[number]

/** What stops a handover, or a seal of lookups, before anything is published. The message says what was being read and holds no personal data. */
export class HandoverFault extends Error {
  /** Its code, which is what the state machine sees of it. */
  override readonly name: FaultCode
  readonly code: FaultCode
  readonly reading: string

  constructor(code: FaultCode, reading: string, message: string, options?: ErrorOptions) {
    super(`${reading}: ${message}`, options)
    this.name = code
    this.code = code
    this.reading = reading
  }
}
