import { describe, expect, it } from 'vitest'
import { noticeOf, readNotice } from '../../lambdas/handover/notice.ts'
import { publicationFacts } from './publication.ts'

describe('a notice', () => {
  it('is a CloudEvent that points at the manifest and says its hash', () => {
    const totals = { persons: { rows: 11, files: 1, bytes: 9 } }

    expect(noticeOf(publicationFacts({ totals }), 'bangiao-handover')).toEqual({
      specversion: '1.0',
      id: 'moh-000000000012',
      source: 'urn:vn:vss:bangiao:handover',
      type: 'vn.gov.vss.bangiao.handover.published.v1',
      subject: 'moh/000000000012',
      time: '2026-11-22T07:20:00.000Z',
      datacontenttype: 'application/json',
      dataref: 's3://bangiao-handover/moh/snapshots/000000000012/datapackage.json',
      data: {
        recipient: 'moh',
        sequence: 12,
        previous: { sequence: 11, sha256: 'c'.repeat(64) },
        mode: 'full',
        asOf: '2026-11-22T07:00:00.000Z',
        manifest: {
          bucket: 'bangiao-handover',
          key: 'moh/snapshots/000000000012/datapackage.json',
          bytes: 64_000,
          sha256: 'a'.repeat(64),
          signatureKey: 'moh/snapshots/000000000012/datapackage.json.jws',
          kid: 'the-signing-key',
        },
        changes: null,
        totals,
      },
    })
  })

  it('stays below 8 KB at its largest', () => {
    const most = { rows: Number.MAX_SAFE_INTEGER, files: Number.MAX_SAFE_INTEGER, bytes: Number.MAX_SAFE_INTEGER }
    const recipient = 'r'.repeat(31)
    const facts = publicationFacts({
      recipient,
      sequence: 999_999_999_999,
      manifestKey: `${recipient}/snapshots/999999999999/datapackage.json`,
      kid: 'k'.repeat(43),
      totals: { households: most, persons: most, cards: most, contributions: most, eligibility: most },
    })

    expect(Buffer.byteLength(JSON.stringify(noticeOf(facts, 'b'.repeat(63))))).toBeLessThan(8 * 1024)
  })

  it('is read back as it was sent', () => {
    const notice = noticeOf(publicationFacts({}), 'bangiao-handover')

    expect(readNotice(JSON.stringify(notice))).toEqual(notice)
  })

  it.each(['', 'hello', 'null', '[]', '{}', '{"type":"vn.gov.vss.bangiao.handover.published.v1"}'])(
    'is not what says %j',
    text => {
      expect(readNotice(text)).toBe(undefined)
    },
  )

  it('is not one of another type', () => {
    const notice = noticeOf(publicationFacts({}), 'bangiao-handover')

    expect(readNotice(JSON.stringify({ ...notice, type: 'vn.gov.vss.bangiao.handover.published.v2' }))).toBe(undefined)
  })
})
