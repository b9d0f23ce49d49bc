import { z } from 'zod'
import { card } from './card.ts'
import { contribution } from './contribution.ts'
import { columnName, type Field, type FieldType, fieldsOf } from './field.ts'
import { household } from './household.ts'
import { person } from './person.ts'

/**
 * A feed is NDJSON, one flat record a line: the fields of its kind in snake_case, `source_time` (when the source last changed
 * the record, ISO 8601 in UTC) and, for a card, the `person_id` that holds it. An absent field and null say the same.
 */
export const feeds = {
  households: household,
  persons: person,
  cards: z.strictObject({ personId: person.shape.personId, ...card.shape }),
  contributions: contribution,
} as const

export const feedKinds = ['households', 'persons', 'cards', 'contributions'] as const
export type FeedKind = (typeof feedKinds)[number]
type Content<Kind extends FeedKind> = z.infer<(typeof feeds)[Kind]>
export type FeedRecord<Kind extends FeedKind> = Sourced<Content<Kind>>

/** A record and when its source last changed it, in whole milliseconds since 1970: older never overwrites newer. */
export type Sourced<Record> = Record & { readonly sourceTime: number }

export interface Refusal {
  /** The feed's name of the field, or `line` for the line itself, `file` for all of it. Never a name that came with the line: it may be somebody's data. */
  readonly field: string
  readonly rule: string
  readonly value: unknown
}

export const feedEndings = ['ndjson', 'csv', 'parquet'] as const

/** Of the file beside a feed that holds what was refused of it. */
export const rejectsEnding = '.rejects.parquet'

/** `households-2026-11.ndjson` and `cards.csv` name their kind; anything else, such as a file of rejects, names none. */
export function feedKindOf(fileName: string): FeedKind | undefined {
  if (fileName.endsWith(rejectsEnding)) return undefined
  return feedKinds.find(kind => new RegExp(`^${kind}([-._].*)?\\.(${feedEndings.join('|')})$`).test(fileName))
}

/** Reads one line of a feed; what is refused says every field at fault. */
export function readFeedLine<Kind extends FeedKind>(kind: Kind, line: string): FeedRecord<Kind> | readonly Refusal[] {
  const row = parseObject(line)
  if (!row) return [{ field: 'line', rule: 'one JSON object', value: line }]
  const { named, sourceTime, strange } = fromColumns(kind, row)
  const at = readSourceTime(sourceTime)
  const parsed = (feeds[kind] as unknown as z.ZodType<Content<Kind>>).safeParse(named)
  const refused = parsed.success ? [] : parsed.error.issues.map(issue => refusal(issue, named))
  if (at === undefined) refused.push({ field: sourceTimeColumn, rule: sourceTimeRule, value: sourceTime })
  if (strange.length > 0) refused.push({ field: 'line', rule: 'only fields that the feed has', value: strange.join() })
  if (!parsed.success || at === undefined || strange.length > 0) return refused
  return { ...parsed.data, sourceTime: at }
}

const sourceTimeColumn = 'source_time'
const sourceTimeRule = 'an instant in UTC, yyyy-mm-ddThh:mm:ss(.sss)Z'
const sourceTimeForm = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{3})?Z$/

function readSourceTime(value: unknown): number | undefined {
  if (typeof value !== 'string' || !sourceTimeForm.test(value)) return undefined
  const at = Date.parse(value)
  return Number.isNaN(at) ? undefined : at
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

/** `strange` are the columns that the feed does not have. */
function fromColumns(kind: FeedKind, row: Record<string, unknown>) {
  const named: Record<string, unknown> = {}
  const strange: string[] = []
  let sourceTime: unknown
  for (const [column, value] of Object.entries(row)) {
    if (value === null) continue
    const field = columns[kind].get(column)
    if (field) named[field.name] = value
    else if (column === sourceTimeColumn) sourceTime = value
    else strange.push(column)
  }
  return { named, sourceTime, strange }
}

const columns = {
  households: columnsOf(household),
  persons: columnsOf(person),
  cards: columnsOf(feeds.cards),
  contributions: columnsOf(contribution),
} as const satisfies Record<FeedKind, ReadonlyMap<string, Field>>

function columnsOf(record: z.ZodObject): ReadonlyMap<string, Field> {
  return new Map(fieldsOf(record).map(field => [columnName(field.name), field]))
}

/** None for a column that the feed does not have. */
export function feedColumnType(kind: FeedKind, column: string): FieldType | 'instant' | undefined {
  return column === sourceTimeColumn ? 'instant' : columns[kind].get(column)?.type
}

function refusal(issue: z.core.$ZodIssue, named: Record<string, unknown>): Refusal {
  const name = String(issue.path[0])
  return { field: columnName(name), rule: issue.message, value: named[name] }
}
