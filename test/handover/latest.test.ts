import { describe, expect, it } from 'vitest'
import { type Latest, latestKey, nextDue, readLatest } from '../../lambdas/handover/latest.ts'
import { signFlattened } from '../../lambdas/handover/signature.ts'
import { signer } from './convert/conversion.ts'

describe('the next handover', () => {
  it.each([
    ['2026-11-22T07:00:00Z', 'P1M', '2026-12-22T07:00:00Z'],
    ['2026-12-31T07:00:00Z', 'P2M', '2027-02-28T07:00:00Z'],
    ['2027-01-31T07:00:00Z', 'P1M', '2027-02-28T07:00:00Z'],
    ['2028-01-31T07:00:00Z', 'P1M', '2028-02-29T07:00:00Z'],
    ['2026-11-22T07:00:00Z', 'P12M', '2027-11-22T07:00:00Z'],
    ['2026-11-22T07:00:00Z', 'P2W', '2026-12-06T07:00:00Z'],
    ['2026-11-22T07:00:00Z', 'P7D', '2026-11-29T07:00:00Z'],
    ['2026-11-22T07:00:00Z', 'PT6H', '2026-11-22T13:00:00Z'],
    ['2026-11-30T20:00:00Z', 'P1M1DT6H', '2027-01-02T02:00:00Z'],
    ['2026-04-30T17:55:00Z', 'P3M', '2026-07-31T17:55:00Z'],
  ])('after the one of %s is due within %s, on %s', (asOf, cadence, due) => {
    expect(nextDue(new Date(asOf), cadence)).toEqual(new Date(due))
  })
})

describe('latest.json', () => {
  const latest: Latest = {
    recipient: 'moh',
    sequence: 12,
    manifestKey: 'moh/snapshots/000000000012/datapackage.json',
    manifestSha256: 'a'.repeat(64),
    asOf: '2026-11-22T07:00:00.000Z',
    nextDue: '2026-12-22T07:00:00.000Z',
  }

  it('is read back as it was signed', async () => {
    const jws = await signFlattened(Buffer.from(JSON.stringify(latest)), signer)

    expect(readLatest(Buffer.from(JSON.stringify(jws)))).toEqual(latest)
    expect(latestKey('moh')).toBe('moh/latest.json')
  })

  it('is refused when it says no sequence', async () => {
    const { sequence: _, ...rest } = latest
    const jws = await signFlattened(Buffer.from(JSON.stringify(rest)), signer)

    expect(() => readLatest(Buffer.from(JSON.stringify(jws)))).toThrow('sequence')
  })
})
