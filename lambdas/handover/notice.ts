import type { PublicationFacts } from './ledger-store.ts'
import { manifestName, sequenceText, signatureName } from './manifest.ts'

export const noticeType = 'vn.gov.vss.bangiao.handover.published.v1'

/** CloudEvents 1.0, structured mode: a pointer and a hash, no personal data. Limit ours to 8 KB. */
export interface Notice {
  readonly specversion: '1.0'
  /** Recipient and sequence: the same however often it is sent. */
  readonly id: string
  readonly source: string
  readonly type: typeof noticeType
  readonly subject: string
  readonly time: string
  readonly datacontenttype: 'application/json'
  readonly dataref: string
  readonly data: {
    readonly recipient: string
    readonly sequence: number
    readonly previous: PublicationFacts['previous']
    readonly mode: 'full'
    readonly asOf: string
    readonly manifest: {
      readonly bucket: string
      readonly key: string
      readonly bytes: number
      readonly sha256: string
      readonly signatureKey: string
      readonly kid: string
    }
    readonly totals: PublicationFacts['totals']
  }
}

export function noticeOf(facts: PublicationFacts, bucket: string): Notice {
  const { recipient, sequence, previous, asOf, manifestKey, manifestBytes, manifestSha256, kid, publishedAt, totals } =
    facts
  return {
    specversion: '1.0',
    id: `${recipient}-${sequenceText(sequence)}`,
    source: 'urn:vn:vss:bangiao:handover',
    type: noticeType,
    subject: `${recipient}/${sequenceText(sequence)}`,
    time: publishedAt,
    datacontenttype: 'application/json',
    dataref: `s3://${bucket}/${manifestKey}`,
    data: {
      recipient,
      sequence,
      previous,
      mode: 'full',
      asOf,
      manifest: {
        bucket,
        key: manifestKey,
        bytes: manifestBytes,
        sha256: manifestSha256,
        signatureKey: manifestKey.replace(manifestName, signatureName),
        kid,
      },
      totals,
    },
  }
}
