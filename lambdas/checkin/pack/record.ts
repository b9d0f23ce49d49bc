import type { BirthDate } from '../../registry/birth-date.ts'
import type { BenefitLevel } from '../../registry/card-number.ts'
import { addDays, type Day } from '../../registry/day.ts'
import { isSameBirthDate } from '../verdict/identity.ts'
import { type Cover, packDays, type Span } from './cover.ts'

/**
 * One number of one person:
 *
 * | bytes | is |
 * | --- | --- |
 * | 0-11 | the first 12 bytes of HMAC-SHA-256(key, `<number>/<year of birth>`) |
 * | 12 | first and last day of the first span, 4 bits each |
 * | 13 | the same of the second span |
 * | 14-15 | level of the first span (3 bits), of the second (3), month (4) and day of birth (5), one bit 0 |
 * | 16-17 | last day of the card of the first span |
 * | 18-19 | of the second |
 *
 * Bytes 12 to 19 are combined (exclusive or) with the next 8 bytes of the same HMAC, so that nobody reads them who cannot ask for
 * the number and the year. Numbers are big-endian.
 */
export const recordBytes = 20
export const keyBytes = 12

/** Computes HMAC-SHA-256 under the pack's key. */
export type KeyedHash = (text: string) => Buffer

/** What is known of whoever holds a number, as eight bytes of a record of a pack for these days. */
export function encodeFacts(birthDate: BirthDate, [first, second]: Cover, days: readonly Day[]): Buffer {
  const [month, day] = [Number(birthDate.slice(5, 7)), Number(birthDate.slice(8, 10))]
  const facts = Buffer.alloc(recordBytes - keyBytes)
  facts[0] = daysCode(first, days)
  facts[1] = daysCode(second, days)
  facts.writeUInt16BE(((first?.level ?? 0) << 13) | ((second?.level ?? 0) << 10) | (month << 6) | (day << 1), 2)
  facts.writeUInt16BE(lastDayCode(first), 4)
  facts.writeUInt16BE(lastDayCode(second), 6)
  return facts
}

/** The record of a number of ten or twelve digits. */
export function encodeRecord(keyed: KeyedHash, number: string, birthDate: BirthDate, facts: Uint8Array): Buffer {
  const record = soughtRecord(keyed, number, birthDate)
  for (let at = 0; at < facts.length; at++)
    record[keyBytes + at] = (record[keyBytes + at] as number) ^ (facts[at] as number)
  return record
}

/** The key and the mask of whoever has this number and was born in that year. */
export function soughtRecord(keyed: KeyedHash, number: string, birthDate: BirthDate): Buffer {
  return keyed(subject(number, birthDate)).subarray(0, recordBytes)
}

/** The cover in a record that has the sought one's key; undefined when the birth date is another one, as far as both are known. */
export function decodeRecord(record: Uint8Array, sought: Buffer, birthDate: BirthDate, asOf: Day): Cover | undefined {
  const facts = Buffer.from(sought.subarray(keyBytes))
  for (let at = 0; at < facts.length; at++) facts[at] = (facts[at] as number) ^ (record[keyBytes + at] as number)
  const packed = facts.readUInt16BE(2)
  const known = [birthDate.slice(0, 4), (packed >> 6) & 15, (packed >> 1) & 31].filter(Boolean)
  if (!isSameBirthDate(known.map(part => String(part).padStart(2, '0')).join('-') as BirthDate, birthDate))
    return undefined
  const spans = [
    span(facts[0] as number, packed >> 13, facts.readUInt16BE(4), asOf),
    span(facts[1] as number, (packed >> 10) & 7, facts.readUInt16BE(6), asOf),
  ]
  return spans.filter(span => span !== undefined) as readonly Span[] as Cover
}

/** The year alone is in the key: a card may know no more, and a desk may be told no more. */
function subject(number: string, birthDate: BirthDate): string {
  return `${number}/${birthDate.slice(0, 4)}`
}

/** The edge of the pack's days, on either side. Any other day is told by its number modulo eight: it stays as it is in the next day's pack. */
const edge = 8

function daysCode(span: Span | undefined, days: readonly Day[]): number {
  if (!span) return 0
  const from = span.from === days[0] ? edge : dayNumber(span.from) % packDays
  const to = span.to === days.at(-1) ? edge : dayNumber(span.to) % packDays
  return (from << 4) | to
}

const openCode = 0xffff
/** `farthestLastDay`. */
const farCode = 0xfffe

function lastDayCode(span: Span | undefined): number {
  if (!span) return 0
  if (!span.lastDay) return openCode
  return Math.min(dayNumber(span.lastDay), farCode)
}

/** Days since 2000-01-01. */
function dayNumber(day: Day): number {
  return (Date.parse(day) - firstDay) / millisecondsADay
}

const firstDay = Date.UTC(2000, 0, 1)
const millisecondsADay = 86_400_000

function span(days: number, level: number, lastDay: number, asOf: Day): Span | undefined {
  if (level === 0) return undefined
  return {
    from: dayOf(days >> 4, asOf, asOf),
    to: dayOf(days & 15, asOf, addDays(asOf, packDays - 1)),
    level: level as BenefitLevel,
    ...(lastDay !== openCode && { lastDay: addDays('2000-01-01' as Day, lastDay) }),
  }
}

/** Of eight consecutive days each has its own remainder. */
function dayOf(code: number, asOf: Day, atEdge: Day): Day {
  return code === edge ? atEdge : addDays(asOf, (code - (dayNumber(asOf) % packDays) + packDays) % packDays)
}
