import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { discrepanciesOf, type Receipt, receipt } from '../../lambdas/handover/receipt.ts'
import { publicationFacts } from './publication.ts'

const total = (rows: number) => ({ rows, files: 1, bytes: 9 })
const facts = publicationFacts({
  totals: { households: total(4), persons: total(11) },
  rowsByProvince: { households: { '01': 4 }, persons: { '01': 8, '79': 3 } },
})
const right: Receipt = {
  recipient: facts.recipient,
  sequence: facts.sequence,
  manifestSha256: facts.manifestSha256,
  rootSha256: facts.rootSha256,
  rows: { households: 4, persons: 11 },
  rowsByProvince: facts.rowsByProvince,
  receivedAt: '2026-11-22T08:00:00.000Z',
}

describe('a receipt', () => {
  it('that found what was sent has no discrepancies', () => {
    expect(discrepanciesOf(facts, right)).toEqual([])
  })

  it.each<[string, Partial<Receipt>, object]>([
    [
      'another manifest',
      { manifestSha256: 'b'.repeat(64) },
      { of: 'manifest', sent: facts.manifestSha256, counted: 'b'.repeat(64) },
    ],
    ['other bytes', { rootSha256: 'b'.repeat(64) }, { of: 'root', sent: facts.rootSha256, counted: 'b'.repeat(64) }],
    ['fewer rows', { rows: { ...right.rows, persons: 10 } }, { of: 'rows', dataset: 'persons', sent: 11, counted: 10 }],
    ['a dataset less', { rows: { households: 4 } }, { of: 'rows', dataset: 'persons', sent: 11, counted: null }],
    ['a dataset more', { rows: { ...right.rows, cards: 0 } }, { of: 'rows', dataset: 'cards', sent: null, counted: 0 }],
    [
      'fewer rows of a province',
      { rowsByProvince: { ...right.rowsByProvince, persons: { '01': 8, '79': 2 } } },
      { of: 'rows', dataset: 'persons', province: '79', sent: 3, counted: 2 },
    ],
    [
      'a province less',
      { rowsByProvince: { ...right.rowsByProvince, persons: { '01': 8 } } },
      { of: 'rows', dataset: 'persons', province: '79', sent: 3, counted: null },
    ],
    [
      'a province more',
      { rowsByProvince: { ...right.rowsByProvince, cards: { '01': 1 } } },
      { of: 'rows', dataset: 'cards', province: '01', sent: null, counted: 1 },
    ],
  ])('that found %s says so and nothing else', (_, change, discrepancy) => {
    expect(discrepanciesOf(facts, { ...right, ...change })).toEqual([discrepancy])
  })

  it('names every province whose rows differ', () => {
    const sample = fc.dictionary(fc.constantFrom('01', '04', '79', '96'), fc.nat(9), { noNullPrototype: true })
    fc.assert(
      fc.property(sample, sample, (sent, counted) => {
        const found = discrepanciesOf(
          { ...facts, rowsByProvince: { persons: sent } },
          { ...right, rowsByProvince: { persons: counted } },
        )
        const differing = ['01', '04', '79', '96'].filter(province => sent[province] !== counted[province])
        expect(found.map(one => one.of === 'rows' && one.province)).toEqual(differing)
      }),
    )
  })

  it.each([
    ['rows that are no whole number', { rows: { persons: 1.5 } }],
    ['rows below zero', { rowsByProvince: { persons: { '01': -1 } } }],
    ['a province that is none', { rowsByProvince: { persons: { Hanoi: 1 } } }],
    ['a hash that is none', { rootSha256: 'abc' }],
    ['no instant', { receivedAt: 'yesterday' }],
    ['what no receipt has', { comment: '' }],
  ])('is refused with %s', (_, change) => {
    expect(receipt.safeParse({ ...right, ...change }).success).toBe(false)
    expect(receipt.parse(right)).toEqual(right)
  })
})
