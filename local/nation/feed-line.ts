import { type FeedKind, type FeedRecord, feeds } from '../../lambdas/registry/feeds.ts'
import { columnName } from '../../lambdas/registry/field.ts'

const columns = {
  households: columnsOf('households'),
  persons: columnsOf('persons'),
  cards: columnsOf('cards'),
  contributions: columnsOf('contributions'),
}

const instants = new Map<number, string>()

/** One record as a line of its feed, without the line's end. */
export function feedLine<Kind extends FeedKind>(kind: Kind, record: FeedRecord<Kind>): string {
  const fields: Readonly<Record<string, string | number | undefined>> = record
  let line = `{"source_time":"${instantText(record.sourceTime)}"`
  for (const { name, label } of columns[kind]) {
    const value = fields[name]
    if (value !== undefined) line += label + (typeof value === 'number' ? value : quoted(value))
  }
  return `${line}}`
}

/** Each field's name, and what stands before its value. */
function columnsOf(kind: FeedKind) {
  return Object.keys(feeds[kind].shape).map(name => ({ name, label: `,"${columnName(name)}":` }))
}

/** Remembers what it wrote: a nation has one instant a day. */
function instantText(instant: number): string {
  const written = instants.get(instant)
  if (written) return written
  const text = new Date(instant).toISOString()
  instants.set(instant, text)
  return text
}

/** Cheaper than JSON.stringify, and nearly no value holds a character that JSON escapes. */
function quoted(value: string): string {
  return escaped.test(value) ? JSON.stringify(value) : `"${value}"`
}

const escaped = /["\\\p{Cc}]/u
