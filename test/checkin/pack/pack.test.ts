import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openPack, type Pack } from '../../../lambdas/checkin/pack/pack.ts'
import { answersFor, defaultDay, packAnswer } from '../../../lambdas/checkin/pack/pack-answer.ts'
import { packKey } from '../../../lambdas/checkin/pack/pack-key.ts'
import { faultTexts } from '../../../lambdas/checkin/pack/pack-texts.ts'
import { parsePresentedNumber } from '../../../lambdas/checkin/verdict/presented-number.ts'
import type { BirthDate } from '../../../lambdas/registry/birth-date.ts'
import type { Day } from '../../../lambdas/registry/day.ts'
import type { FacilityCode } from '../../../lambdas/registry/facility-code.ts'
import { today } from '../people.ts'
import { asOf, covered, days, type Listed, packOf, trust, woman } from './packs.ts'

const hour = 3_600_000
const later = (hours: number) => new Date(asOf.getTime() + hours * hour)
const noon = later(3)

describe('a pack answers', () => {
  it('in force, with the level, the last day and the day it rests on, and says what it cannot tell', async () => {
    const answer = packAnswer(await opened([woman]), presented('DN4 01 0123456789'), '1990-02-03' as BirthDate, today)

    expect(answer).toMatchObject({
      outcome: 'in-force',
      reason: 'in-force',
      level: 4,
      lastDay: '2026-12-31',
      serviceDate: today,
      asOfDay: today,
      asOf: asOf.toISOString(),
      message: { vi: expect.stringContaining('còn giá trị'), en: expect.stringContaining('in force') },
      notTold: { en: expect.stringMatching(/name.*route.*rate.*why/) },
    })
  })

  it.each(['0123456789', '001190000001', 'dn-4-01-0123456789'])('by each number: %s', async number => {
    expect((await said([woman], number, '1990-02-03')).outcome).toBe('in-force')
  })

  it.each([
    ['1990-02-03', '1990'],
    ['1990-02-03', '1990-02'],
    ['1990', '1990-12-31'],
    ['1990-02', '1990-02-28'],
  ])('when the birth date is known as %s and presented as %s', async (known, shown) => {
    expect((await said([{ ...woman, birthDate: known }], '0123456789', shown)).outcome).toBe('in-force')
  })

  it.each([
    ['another day', '0123456789', '1990-02-04'],
    ['another year', '0123456789', '1991-02-03'],
    ['an unknown number', '9876543210', '1990-02-03'],
  ])('not in this pack to %s, which is never invalid', async (_, number, birthDate) => {
    const answer = await said([woman], number, birthDate)
    expect(answer).toMatchObject({ outcome: 'not-in-this-pack', reason: 'not-in-this-pack' })
    expect(answer.message.en).toContain('does not mean that there is no valid card')
  })

  it('until the card’s last day, and from the first day of the next', async () => {
    const [first, second, third] = days as [Day, Day, Day]
    const ends: Listed = { ...woman, cover: [{ from: first, to: second, level: 3, lastDay: second }] }
    const begins: Listed = { ...woman, cover: [{ from: third, to: days.at(-1) as Day, level: 3 }] }
    const on = async (person: Listed) =>
      Promise.all([second, third].map(async day => (await said([person], '0123456789', '1990', day)).reason))

    expect(await on(ends)).toEqual(['in-force', 'none-in-force'])
    expect(await on(begins)).toEqual(['begins-later', 'in-force'])
    expect(await said([begins], '0123456789', '1990', first)).toMatchObject({ firstDay: third })
    expect(await said([begins], '0123456789', '1990', third)).toMatchObject({ lastDay: null })
  })

  it('for eight days, and by itself for the nearest of them to the device’s own', async () => {
    const { header } = await opened([woman])
    expect(['2026-11-21', '2026-11-22', '2026-11-29', '2026-11-30'].map(day => answersFor(header, day as Day))).toEqual(
      [false, true, true, false],
    )
    const shown = [later(-20), noon, later(6 * 24), later(8 * 24 - 1)].map(now => defaultDay(header, now))
    expect(shown).toEqual(['2026-11-22', '2026-11-22', '2026-11-28', '2026-11-29'])
  })

  it('nothing to whoever shares a number and a year with somebody of another answer', async () => {
    const other = { ...woman, birthDate: '1990-05-05', numbers: ['0123456789'] }
    const file = await packOf([woman, other])
    expect((await said([woman, other], '0123456789', '1990-02-03')).outcome).toBe('not-in-this-pack')
    expect((await said([woman, other], '001190000001', '1990-02-03')).outcome).toBe('in-force')
    expect(file.toString('latin1')).toContain('"shared":1')
  })
})

describe('a pack is refused', () => {
  it.each([
    ['another-facility', { facility: '79001' as FacilityCode }],
    ['another-key', { keys: [packKey('2026-11', Buffer.alloc(32, 8))] }],
    ['another-key', { keys: [] }],
    ['unknown-key', { jwks: { keys: [{ ...trust.jwks.keys[0], kid: 'other' }] } as typeof trust.jwks }],
    ['clock-went-back', { seen: later(30) }],
  ])('as %s', async (fault, changes) => {
    expect(await openPack(await packOf([woman]), { ...trust, ...changes }, noon)).toBe(fault)
  })

  it('once it has expired, with a day’s grace for a clock that is off, either way', async () => {
    const file = await packOf([woman])
    const at = async (hours: number) => {
      const opened = await openPack(file, trust, later(hours))
      return typeof opened === 'string' ? opened : 'opened'
    }
    expect(await Promise.all([-24.1, -24, 0, 7 * 24, 8 * 24, 8 * 24 + 0.1].map(at))).toEqual([
      'clock-went-back',
      'opened',
      'opened',
      'opened',
      'opened',
      'stale',
    ])
  })

  it('as cut, wherever it ends', async () => {
    const file = await packOf([woman])
    const body = file.length - 2 * 20
    for (const end of [0, 5, 200, 600, body - 1, body, file.length - 1])
      expect(await openPack(file.subarray(0, end), trust, noon), String(end)).toBe('cut')
  })

  it('with bytes behind its end', async () => {
    expect(await openPack(Buffer.concat([await packOf([woman]), Buffer.alloc(1)]), trust, noon)).toBe('extra-bytes')
  })

  it('of an unknown format', async () => {
    const text = (await packOf([woman])).toString('latin1').replace('bangiao-pack 1', 'bangiao-pack 2')
    expect(await openPack(Buffer.from(text, 'latin1'), trust, noon)).toBe('unknown-format')
    expect(await openPack(Buffer.from('PK\x03\x04 something else'), trust, noon)).toBe('unknown-format')
  })

  it.each([
    ['unsorted', { body: reversed }],
    ['wrong-count', { header: { records: 3 } }],
    ['wrong-hash', { header: { bodySha256: 'b'.repeat(64) } }],
    ['malformed', { header: { facility: 'nowhere' as FacilityCode } }],
    ['malformed', { header: { format: 'bangiao-pack 2' as 'bangiao-pack 1' } }],
  ])('as %s, although it is signed', async (fault, changes) => {
    expect(await openPack(await packOf([woman], changes), trust, noon)).toBe(fault)
  })

  it('whichever bit of it is flipped', async () => {
    const file = await packOf([woman, { ...woman, numbers: ['0000000001'], cover: covered(1) }])
    for (let bit = 0; bit < 8 * file.length; bit += 1) {
      const spoilt = Buffer.from(file)
      spoilt[bit >> 3] = (spoilt[bit >> 3] as number) ^ (1 << (bit & 7))
      expect(await openPack(spoilt, trust, noon), `bit ${bit}`).toBeTypeOf('string')
    }
  }, 60_000)

  it('before anything of it counts while the signature does not hold', async () => {
    const file = await packOf([woman], { header: { facility: '79001' as FacilityCode } })
    const text = file.toString('latin1').replace('"79001"', '"01007"')
    expect(await openPack(Buffer.from(text, 'latin1'), trust, later(1000))).toBe('wrong-signature')
  })

  it('with a sentence in both languages', () => {
    for (const { vi, en } of Object.values(faultTexts)) expect([vi, en].every(text => text.endsWith('.'))).toBe(true)
  })
})

describe('whatever the population', () => {
  it('everybody is found by each number with what holds for him, and nobody else is', async () => {
    const anyPerson = fc.record({
      serial: fc.integer({ min: 1, max: 999_999 }),
      year: fc.integer({ min: 1920, max: 2026 }),
      precision: fc.constantFrom('', '-05', '-05-17'),
      level: fc.constantFrom(1 as const, 2 as const, 3 as const, 4 as const, 5 as const),
      lastDay: fc.integer({ min: 0, max: 20 }),
    })
    const population = fc.uniqueArray(anyPerson, { selector: ({ serial }) => serial, maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(population, async drawn => {
        const people = drawn.map(({ serial, year, precision, level, lastDay }) => ({
          numbers: [`1${String(serial).padStart(9, '0')}`, `0011${String(serial).padStart(8, '0')}`],
          birthDate: `${year}${precision}`,
          cover: covered(level, `20${27 + lastDay}-01-01`),
        }))
        const pack = await opened(people)
        expect(pack.header.records).toBe(2 * people.length)
        for (const { numbers, birthDate, cover } of people) {
          for (const number of numbers) {
            const { level, lastDay } = cover[0] as { level: number; lastDay: Day }
            const answer = packAnswer(pack, presented(number), birthDate as BirthDate, today)
            expect(answer).toMatchObject({ outcome: 'in-force', level, lastDay })
          }
          const strange = packAnswer(pack, presented(`2${numbers[0]?.slice(1)}`), birthDate as BirthDate, today)
          expect(strange.outcome).toBe('not-in-this-pack')
        }
        expect(await packOf(people.toReversed()).then(bodyOf)).toEqual(bodyOf(await packOf(people)))
      }),
      { numRuns: 50 },
    )
  })
})

async function opened(people: readonly Listed[]): Promise<Pack> {
  const pack = await openPack(await packOf(people), trust, noon)
  if (typeof pack === 'string') throw new Error(pack)
  return pack
}

async function said(people: readonly Listed[], number: string, birthDate: string, day: Day = today) {
  return packAnswer(await opened(people), presented(number), birthDate as BirthDate, day)
}

function presented(number: string) {
  const read = parsePresentedNumber(number)
  if (!read) throw new Error(`${number} is no number`)
  return read
}

function reversed(body: Buffer): Buffer {
  return Buffer.concat([body.subarray(20), body.subarray(0, 20)])
}

function bodyOf(file: Buffer): Buffer {
  return file.subarray(file.length - bodyBytes(file))
}

function bodyBytes(file: Buffer): number {
  return Number(/"bodyBytes":(\d+)/.exec(file.toString('latin1'))?.[1])
}
