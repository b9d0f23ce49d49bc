import type { PublicationFacts } from '../../lambdas/handover/publication.ts'

/** What the ledger knows of a handover to the Ministry, but for what a test says otherwise. */
export function publicationFacts(facts: Partial<PublicationFacts> = {}): PublicationFacts {
  return {
    recipient: 'moh',
    sequence: 12,
    manifestKey: 'moh/snapshots/000000000012/datapackage.json',
    manifestBytes: 64_000,
    manifestSha256: 'a'.repeat(64),
    kid: 'the-signing-key',
    mode: 'full',
    changes: null,
    previous: { sequence: 11, sha256: 'c'.repeat(64) },
    asOf: '2026-11-22T07:00:00.000Z',
    publishedAt: '2026-11-22T07:20:00.000Z',
    totals: {},
    rowsByProvince: {},
    rootSha256: 'd'.repeat(64),
    ...facts,
  }
}
