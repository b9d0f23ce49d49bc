import { describe, expect, it } from 'vitest'
import { disputeOf, type Receipt, receipt } from '../../lambdas/handover/receipt.ts'
import { publicationFacts } from './publication.ts'

const facts = publicationFacts({
  totals: { households: { rows: 4, files: 1, bytes: 9 }, persons: { rows: 11, files: 1, bytes: 9 } },
})
const right: Receipt = {
  recipient: facts.recipient,
  sequence: facts.sequence,
  manifestSha256: facts.manifestSha256,
  rows: { households: 4, persons: 11 },
  receivedAt: '2026-11-22T08:00:00.000Z',
}

describe('a receipt', () => {
  it('that counted what was sent raises no dispute', () => {
    expect(disputeOf(facts, right)).toBe(undefined)
  })

  it.each([
    ['another manifest', { manifestSha256: 'b'.repeat(64) }, 'the manifest is another one'],
    ['fewer rows', { rows: { households: 4, persons: 10 } }, 'persons: 10 rows counted, 11 sent'],
    ['more rows', { rows: { households: 5, persons: 11 } }, 'households: 5 rows counted, 4 sent'],
    ['a dataset less', { rows: { households: 4 } }, 'persons: no rows counted, 11 sent'],
    ['a dataset more', { rows: { ...right.rows, cards: 0 } }, 'cards: counted, and never sent'],
  ])('that counted %s names the first difference', (_, change, dispute) => {
    expect(disputeOf(facts, { ...right, ...change })).toBe(dispute)
  })

  it.each([
    ['rows that are no whole number', { rows: { persons: 1.5 } }],
    ['rows below zero', { rows: { persons: -1 } }],
    ['no instant', { receivedAt: 'yesterday' }],
    ['what no receipt has', { comment: '' }],
  ])('is refused with %s', (_, change) => {
    expect(receipt.safeParse({ ...right, ...change }).success).toBe(false)
    expect(receipt.parse(right)).toEqual(right)
  })
})
