import { z } from 'zod'
import { manifestName, sequenceText, signatureName } from './manifest.ts'
import type { PublicationFacts } from './publication.ts'

export const noticeType = 'vn.gov.vss.bangiao.handover.published.v1'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const link = z.object({ sequence: z.int(), sha256 })

const pointer = { key: z.string(), bytes: z.int(), sha256, signatureKey: z.string() }

export const notice = z.object({
  specversion: z.literal('1.0'),
  /** Recipient and sequence: the same however often it is sent. */
  id: z.string(),
  source: z.string(),
  type: z.literal(noticeType),
  subject: z.string(),
  time: z.iso.datetime(),
  datacontenttype: z.literal('application/json'),
  dataref: z.string(),
  data: z.object({
    recipient: z.string(),
    sequence: z.int(),
    previous: link.nullable(),
    /** How the cut was taken: from an export of the whole table, or of what changed. */
    mode: z.enum(['full', 'delta']),
    asOf: z.iso.datetime(),
    manifest: z.object({ bucket: z.string(), ...pointer, kid: z.string() }),
    /** The change set's; none where the chain begins anew. */
    changes: z.object(pointer).nullable(),
    totals: z.record(z.string(), z.object({ rows: z.int(), files: z.int(), bytes: z.int() })),
  }),
})

/** CloudEvents 1.0, structured mode: a pointer and a hash, no personal data. Limit ours to 8 KB. */
export type Notice = z.infer<typeof notice>

/** Undefined when the text is no notice of ours. */
export function readNotice(text: string): Notice | undefined {
  try {
    return notice.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

export function noticeOf(facts: PublicationFacts, bucket: string): Notice {
  const { recipient, sequence, previous, mode, asOf, manifestKey, kid, publishedAt, totals, changes } = facts
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
      mode,
      asOf,
      manifest: { bucket, ...pointerTo(facts), kid },
      changes: changes && pointerTo(changes),
      totals,
    },
  }
}

function pointerTo({
  manifestKey,
  manifestBytes,
  manifestSha256,
}: Pick<PublicationFacts, 'manifestKey' | 'manifestBytes' | 'manifestSha256'>) {
  return {
    key: manifestKey,
    bytes: manifestBytes,
    sha256: manifestSha256,
    signatureKey: manifestKey.replace(manifestName, signatureName),
  }
}
