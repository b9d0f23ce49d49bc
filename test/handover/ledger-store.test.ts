import { describe, expect, it } from 'vitest'
import type { Link } from '../../lambdas/handover/handover.ts'
import type { Lease } from '../../lambdas/handover/ledger-store.ts'
import type { Publication } from '../../lambdas/handover/publication.ts'
import { twenty } from './object-store.suite.ts'
import { publicationFacts } from './publication.ts'
import { receiptOf } from './recipients/receipt-of.ts'
import { aLedger } from './scene.ts'

const now = new Date('2026-11-22T07:00:00Z')
const later = new Date('2026-11-22T10:00:00Z')
const lease = (execution: string, sequence = 1, until = later): Lease => ({ execution, sequence, until })
const link = (sequence: number): Link => ({ sequence, sha256: String(sequence).padStart(64, '0') })

describe('the lease', () => {
  it('is nobody’s at first, and then its holder’s', async () => {
    const ledger = await aLedger()
    expect(await ledger.lease()).toBe(undefined)

    expect(await ledger.takeLease(lease('one', 7), now)).toBe(true)
    expect(await ledger.lease()).toEqual(lease('one', 7))
  })

  it('is refused to another while it runs, and renewed for its holder', async () => {
    const ledger = await aLedger()
    await ledger.takeLease(lease('one'), now)

    expect(await ledger.takeLease(lease('another'), now)).toBe(false)
    const renewed = lease('one', 1, new Date('2026-11-22T12:00:00Z'))
    expect(await ledger.renewLease(renewed)).toBe(true)
    expect(await ledger.lease()).toEqual(renewed)
    expect(await ledger.renewLease(lease('another'))).toBe(false)
    expect(await ledger.lease()).toEqual(renewed)
  })

  it('is never renewed for whoever lost it, though nobody holds it any more', async () => {
    const ledger = await aLedger()
    await ledger.takeLease(lease('one'), now)
    await ledger.takeLease(lease('another', 2), later)
    await ledger.releaseLease('another')

    expect(await ledger.renewLease(lease('one', 1, new Date('2026-11-22T13:00:00Z')))).toBe(false)
  })

  it('is another’s from the instant at which it runs out', async () => {
    const ledger = await aLedger()
    await ledger.takeLease(lease('one'), now)

    expect(await ledger.takeLease(lease('another'), new Date(later.getTime() - 1))).toBe(false)
    expect(await ledger.takeLease(lease('another', 2, new Date('2026-11-22T13:00:00Z')), later)).toBe(true)
    expect(await ledger.takeLease(lease('one'), later)).toBe(false)
  })

  it('goes to one of twenty who want it at once', async () => {
    const ledger = await aLedger()

    const taken = await Promise.all(twenty(n => ledger.takeLease(lease(`execution-${n}`), now)))

    expect(taken.filter(Boolean)).toHaveLength(1)
    expect((await ledger.lease())?.execution).toBe(`execution-${taken.indexOf(true)}`)
  })

  it('is given back by its holder alone', async () => {
    const ledger = await aLedger()
    await ledger.takeLease(lease('one'), now)

    await ledger.releaseLease('another')
    expect(await ledger.takeLease(lease('another'), now)).toBe(false)
    await ledger.releaseLease('one')
    expect(await ledger.takeLease(lease('another', 2), now)).toBe(true)
  })
})

describe('sequence numbers', () => {
  it('begin with 1, and none is given twice, however many ask at once', async () => {
    const ledger = await aLedger()

    const given = await Promise.all(twenty(() => ledger.nextSequence()))

    expect(given.toSorted((a, b) => a - b)).toEqual(twenty(n => n + 1))
    expect(await ledger.nextSequence()).toBe(21)
  })
})

describe('a run', () => {
  it('is kept under its sequence, as it was last put', async () => {
    const ledger = await aLedger()
    const run = { sequence: 1, execution: 'one', state: 'running', asOf: now.toISOString() } as const
    await ledger.putRun(run)
    await ledger.putRun({ ...run, state: 'failed', fault: 'rows-lost' })

    expect(await ledger.run(1)).toEqual({ ...run, state: 'failed', fault: 'rows-lost' })
    expect(await ledger.run(2)).toBe(undefined)
  })
})

describe('the head of a chain', () => {
  it('moves only from where it is said to be', async () => {
    const ledger = await aLedger()
    expect(await ledger.head('moh')).toBe(undefined)

    expect(await ledger.moveHead('moh', link(1), link(2))).toBe(false)
    expect(await ledger.moveHead('moh', undefined, link(1))).toBe(true)
    expect(await ledger.moveHead('moh', undefined, link(2))).toBe(false)
    expect(await ledger.moveHead('moh', link(1), link(2))).toBe(true)
    expect(await ledger.moveHead('moh', link(1), link(3))).toBe(false)
    expect(await ledger.head('moh')).toEqual(link(2))
  })

  it('is each recipient’s own', async () => {
    const ledger = await aLedger()
    await ledger.moveHead('moh', undefined, link(1))

    expect(await ledger.head('labour')).toBe(undefined)
  })

  it('follows one of twenty who move it at once', async () => {
    const ledger = await aLedger()
    await ledger.moveHead('moh', undefined, link(1))

    const moved = await Promise.all(twenty(n => ledger.moveHead('moh', link(1), link(n + 2))))

    expect(moved.filter(Boolean)).toHaveLength(1)
    expect(await ledger.head('moh')).toEqual(link(moved.indexOf(true) + 2))
  })
})

describe('a receipt', () => {
  const receipt = receiptOf(publicationFacts())

  it('is kept by recipient, sequence and manifest, and the newest of each takes the place of the one before', async () => {
    const ledger = await aLedger()
    const others = [
      { ...receipt, recipient: 'labour' },
      { ...receipt, sequence: receipt.sequence + 1 },
      { ...receipt, manifestSha256: 'b'.repeat(64) },
    ]
    for (const one of [{ ...receipt, rows: { persons: 1 } }, receipt, ...others]) await ledger.putReceipt(one)

    for (const one of [receipt, ...others]) expect(await ledger.receipt(one)).toEqual(one)
    expect(await ledger.receipt({ ...receipt, manifestSha256: 'c'.repeat(64) })).toBe(undefined)
  })
})

describe('a publication', () => {
  const facts = publicationFacts()
  const announced: Publication = { state: 'announced', facts, announcedAt: now.toISOString() }
  const closed: Publication = { state: 'closed', facts, closedAt: later.toISOString() }

  it('is added once', async () => {
    const ledger = await aLedger()

    expect(await ledger.addPublication(facts)).toBe(true)
    expect(await ledger.addPublication({ ...facts, publishedAt: later.toISOString() })).toBe(false)
    expect(await ledger.publication('moh', facts.sequence)).toEqual({ state: 'prepared', facts })
  })

  it('moves only from the state it is said to be in', async () => {
    const ledger = await aLedger()
    expect(await ledger.movePublication('prepared', announced)).toBe(false)
    await ledger.addPublication(facts)

    expect(await ledger.movePublication('announced', closed)).toBe(false)
    expect(await ledger.movePublication('prepared', announced)).toBe(true)
    expect(await ledger.movePublication('prepared', announced)).toBe(false)
    expect(await ledger.movePublication('announced', closed)).toBe(true)
    expect(await ledger.publication('moh', facts.sequence)).toEqual(closed)
  })

  it('is settled by one of twenty receipts that come at once', async () => {
    const ledger = await aLedger()
    await ledger.addPublication(facts)

    const moved = await Promise.all(twenty(() => ledger.movePublication('prepared', closed)))

    expect(moved.filter(Boolean)).toHaveLength(1)
  })

  it('stands among those of its recipient, the newest first', async () => {
    const ledger = await aLedger()
    for (const sequence of [9, 11, 10]) await ledger.addPublication({ ...facts, sequence })
    await ledger.addPublication({ ...facts, recipient: 'labour', sequence: 12 })
    await ledger.moveHead('moh', undefined, link(11))

    const found = await ledger.publications('moh')

    expect(found.map(({ facts }) => facts.sequence)).toEqual([11, 10, 9])
    expect(await ledger.publications('customs')).toEqual([])
  })
})
