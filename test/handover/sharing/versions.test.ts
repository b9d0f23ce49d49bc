import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Link } from '../../../lambdas/handover/handover.ts'
import { changedVersions, type Version, versionAt, versionsOf } from '../../../lambdas/handover/sharing/versions.ts'
import { publicationFacts } from '../publication.ts'

const sha256 = (sequence: number) => String(sequence).padStart(64, '0')
const linkTo = (sequence: number): Link => ({ sequence, sha256: sha256(sequence) })

/** A handover a day. */
function chain(...sequences: readonly number[]): readonly Version[] {
  return sequences.map((sequence, index) => {
    const before = sequences[index - 1]
    return publicationFacts({
      sequence,
      manifestSha256: sha256(sequence),
      previous: before === undefined ? null : linkTo(before),
      changes: before === undefined ? null : { manifestKey: '', manifestBytes: 0, manifestSha256: '' },
      asOf: new Date(Date.UTC(2026, 10, index + 1)).toISOString(),
    })
  })
}

describe('the versions of a share', () => {
  it('are its chain from the head back, and no publication that lies beside it', () => {
    const [one, two, four] = chain(1, 2, 4) as [Version, Version, Version]
    const forked = { ...two, manifestSha256: sha256(99) }
    const unlinked = { ...four, sequence: 5, manifestSha256: sha256(5) }
    expect(versionsOf(linkTo(4), [unlinked, four, forked, two, one])).toEqual([one, two, four])
    expect(versionsOf(linkTo(4), [four, forked, one])).toEqual([four])
    expect(versionsOf(undefined, [one])).toEqual([])
  })

  it('are never rounded: a number is found or refused', () => {
    const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1 })
    fc.assert(
      fc.property(numbers, fc.integer({ min: 0, max: 61 }), (sequences, version) => {
        const versions = chain(...sequences.sort((a, b) => a - b))
        const found = () => versionAt(versions, { version }).sequence
        if (sequences.includes(version)) expect(found()).toBe(version)
        else expect(found).toThrow('version: expected one of')
      }),
    )
  })

  it('at an instant are the last one that was cut by then', () => {
    const at = (timestamp: string) => versionAt(chain(1, 2, 4), { timestamp: new Date(timestamp) }).sequence
    expect(at('2026-11-01T00:00:00Z')).toBe(1)
    expect(at('2026-11-02T23:59:59Z')).toBe(2)
    expect(at('2030-01-01T00:00:00Z')).toBe(4)
    expect(() => at('2026-10-31T23:59:59Z')).toThrow('an instant from 2026-11-01T00:00:00.000Z')
  })
})

describe('the versions that changed in a range', () => {
  it('are those of its numbers, ends included, once each', () => {
    const range = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 20 }))
    fc.assert(
      fc.property(range, ([first, length]) => {
        const last = first + length
        const changed = changedVersions(chain(1, 2, 4, 9), { from: { version: first }, to: { version: last } })
        expect(changed).toMatchObject({ first, last: Math.min(last, 9) })
        expect(changed.versions.map(({ sequence }) => sequence)).toEqual(
          [1, 2, 4, 9].filter(sequence => first <= sequence && sequence <= last),
        )
      }),
    )
  })

  it('go up to the newest where no end is named', () => {
    const changed = changedVersions(chain(1, 2, 4), { from: { version: 2 }, to: 'newest' })
    expect(changed.versions.map(({ sequence }) => sequence)).toEqual([2, 4])
  })

  it('are refused from before the oldest, whose changes are not those that led to it', () => {
    expect(() => changedVersions(chain(1, 2), { from: { version: 0 }, to: 'newest' })).toThrow('a number from 1')
    const kept = chain(1, 2, 4, 9).slice(2)
    expect(() => changedVersions(kept, { from: { version: 3 }, to: 'newest' })).toThrow('a number from 4')
    expect(changedVersions(kept, { from: { version: 4 }, to: 'newest' }).versions).toHaveLength(2)
  })

  it('are refused beyond the newest, backwards, and over a new beginning', () => {
    const versions = chain(1, 2, 4)
    expect(() => changedVersions(versions, { from: { version: 5 }, to: 'newest' })).toThrow('a number up to 4')
    expect(() => changedVersions(versions, { from: { version: 2 }, to: { version: 1 } })).toThrow('before its start')
    const anew = versions.map(version => (version.sequence === 2 ? { ...version, changes: null } : version))
    expect(() => changedVersions(anew, { from: { version: 1 }, to: 'newest' })).toThrow('load version 2 whole')
    expect(changedVersions(anew, { from: { version: 3 }, to: 'newest' }).versions).toHaveLength(1)
  })
})
