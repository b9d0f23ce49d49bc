import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coverOf, coverOn, coverThroughout, type DayCover, daysFrom } from '../../../lambdas/checkin/pack/cover.ts'
import { keyedHash } from '../../../lambdas/checkin/pack/keyed-hash.ts'
import {
  decodeRecord,
  encodeFacts,
  encodeRecord,
  recordBytes,
  soughtRecord,
} from '../../../lambdas/checkin/pack/record.ts'
import { isSameBirthDate } from '../../../lambdas/checkin/verdict/identity.ts'
import type { BirthDate } from '../../../lambdas/registry/birth-date.ts'
import { addDays, type Day } from '../../../lambdas/registry/day.ts'

const keyed = keyedHash(Buffer.alloc(32, 1))
const anyAsOf = fc.integer({ min: 0, max: 60_000 }).map(days => addDays('2000-01-01' as Day, days))

const anyBirthDate = fc
  .record({
    year: fc.constantFrom('1990', '1991', '1850', '9999'),
    month: fc.integer({ min: 1, max: 3 }),
    day: fc.integer({ min: 1, max: 28 }),
    length: fc.constantFrom(4, 7, 10),
  })
  .map(({ year, month, day, length }) => {
    const whole = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
    return whole.slice(0, length) as BirthDate
  })

/** Eight days' cover as cards can make it: a few stretches of the same. */
function anyDays(asOf: Day) {
  const any = fc.option(
    fc.record(
      {
        level: fc.constantFrom(1, 2, 3, 4, 5),
        lastDay: fc.integer({ min: 0, max: 400 }).map(days => addDays(asOf, days)),
      },
      { requiredKeys: ['level'] },
    ),
    { nil: undefined, freq: 3 },
  ) as fc.Arbitrary<DayCover | undefined>
  return fc
    .tuple(fc.array(any, { minLength: 4, maxLength: 4 }), fc.array(fc.nat(3), { minLength: 8, maxLength: 8 }))
    .map(([covers, order]) => order.toSorted().map(at => covers[at]))
}

describe('a record', () => {
  it('says on each day what was put into it, to whoever has the number and the birth date as far as both are known', () => {
    const anything = anyAsOf.chain(asOf => fc.tuple(fc.constant(asOf), anyDays(asOf), anyBirthDate, anyBirthDate))
    fc.assert(
      fc.property(anything, ([asOf, covered, known, presented]) => {
        const days = daysFrom(asOf)
        const cover = coverOf(days, covered)
        fc.pre(cover !== undefined)
        const record = encodeRecord(keyed, '0123456789', known, encodeFacts(known, cover, days))
        expect(record).toHaveLength(recordBytes)
        const sought = soughtRecord(keyed, '0123456789', presented)
        if (!isSameBirthDate(known, presented)) {
          const found = record.compare(sought, 0, 12, 0, 12) === 0
          expect(found && decodeRecord(record, sought, presented, asOf)).toBeFalsy()
          return
        }
        expect(record.subarray(0, 12)).toEqual(sought.subarray(0, 12))
        const read = decodeRecord(record, sought, presented, asOf)
        expect(read).toEqual(cover)
        for (const [index, day] of days.entries())
          expect(coverOn(read ?? [], day)).toMatchObject(
            covered[index] ? { inForce: true, ...covered[index] } : { inForce: false },
          )
      }),
      { numRuns: 3000 },
    )
  })

  it('says of somebody who is not covered from when on he is', () => {
    const [first, second, third] = daysFrom('2026-11-22' as Day) as [Day, Day, Day]
    const cover = coverOf([first, second, third], [undefined, undefined, { level: 4 }])
    expect(coverOn(cover ?? [], first)).toEqual({ inForce: false, begins: third })
    expect(coverOn(cover ?? [], third)).toEqual({ inForce: true, level: 4 })
  })

  it('has room for two stretches of cover and no more', () => {
    const days = daysFrom('2026-11-22' as Day)
    const levels = (...given: number[]) => given.map(level => (level ? ({ level } as DayCover) : undefined))
    expect(coverOf(days, levels(1, 1, 0, 0, 1, 1, 1, 1))).toHaveLength(2)
    expect(coverOf(days, levels(1, 1, 0, 0, 1, 1, 0, 1))).toBe(undefined)
  })

  it('stays as it is in the next day’s pack while cover does', () => {
    const record = (asOf: Day, ...ends: readonly [number, string]) => {
      const days = daysFrom(asOf)
      const [changes, later] = ends
      const covered = days.map(day => ({
        level: 4,
        lastDay: day < addDays('2026-11-22' as Day, changes) ? '2026-11-25' : later,
      })) as DayCover[]
      return encodeFacts('1990' as BirthDate, coverOf(days, covered) ?? [], days).toString('hex')
    }
    const [monday, tuesday] = ['2026-11-23', '2026-11-24'] as [Day, Day]
    expect(record(tuesday, 4, '2027-11-25')).toBe(record(monday, 4, '2027-11-25'))
    expect(record(tuesday, 400, '')).toBe(record(monday, 400, ''))
  })

  it('shows a last day up to 2179-06-05', () => {
    const asOf = '2026-11-22' as Day
    const shown = (lastDay: string) => {
      const days = daysFrom(asOf)
      const cover = coverThroughout(days, { level: 1, lastDay: lastDay as Day })
      const record = encodeRecord(keyed, '1', '1990' as BirthDate, encodeFacts('1990' as BirthDate, cover, days))
      return decodeRecord(record, soughtRecord(keyed, '1', '1990' as BirthDate), '1990' as BirthDate, asOf)?.[0]
        ?.lastDay
    }
    expect([shown('2179-06-04'), shown('2179-06-05'), shown('9999-12-31')]).toEqual([
      '2179-06-04',
      '2179-06-05',
      '2179-06-05',
    ])
  })
})

describe('the keyed hash', () => {
  it('is HMAC-SHA-256', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 64 }),
        fc.string({ unit: 'grapheme-ascii', maxLength: 64 }),
        (key, text) => {
          const hash = keyedHash(key)
          hash('something before it')
          expect(hash(text)).toEqual(createHmac('sha256', key).update(text).digest())
        },
      ),
    )
  })
})
