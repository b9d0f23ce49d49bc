import { z } from 'zod'
import { card } from './card.ts'
import { contribution } from './contribution.ts'
import { columnName, type FieldType, fieldsOf } from './field.ts'
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
  /** The feed's name of the field, or of the line itself: `line`. */
  readonly field: string
  readonly rule: string
  readonly value: unknown
}

export const feedEndings = ['ndjson', 'csv', 'parquet'] as const

/** `households-2026-11.ndjson` and `cards.csv` name their kind; anything else names none. */
export function feedKindOf(fileName: string): FeedKind | undefined {
  return feedKinds.find(kind => new RegExp(`^${kind}([-._].*)?\\.(${feedEndings.join('|')})$`).test(fileName))
}

/** Reads one line of a feed; what is refused says every field at fault. */
export function readFeedLine<Kind extends FeedKind>(kind: Kind, line: string): FeedRecord<Kind> | readonly Refusal[] {
  const row = parseObject(line)
  if (!row) return [{ field: 'line', rule: 'one JSON object', value: line }]
  const { sourceTime, ...named } = fromColumns(row)
  const at = readSourceTime(sourceTime)
  const parsed = (feeds[kind] as unknown as z.ZodType<Content<Kind>>).safeParse(named)
  const refused = parsed.success ? [] : parsed.error.issues.map(issue => refusal(issue, named))
  if (at === undefined) refused.push({ field: 'source_time', rule: sourceTimeRule, value: sourceTime })
  if (!parsed.success || at === undefined) return refused
  return { ...parsed.data, sourceTime: at }
}

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

function fromColumns(row: Record<string, unknown>): Record<string, unknown> {
  const named: Record<string, unknown> = {}
  for (const [column, value] of Object.entries(row)) {
    if (value !== null) named[fieldName(column)] = value
  }
  return named
}

const fields = new Map(
  feedKinds.flatMap(kind => fieldsOf(feeds[kind]).map(field => [columnName(field.name), field] as const)),
)

/** Of a column of any feed; none for an unknown one. */
export function feedFieldType(column: string): FieldType | undefined {
  return fields.get(column)?.type
}

/** An unknown column keeps its name, and is refused under it. */
function fieldName(column: string): string {
  return column === columnName('sourceTime') ? 'sourceTime' : (fields.get(column)?.name ?? column)
}

function refusal(issue: z.core.$ZodIssue, named: Record<string, unknown>): Refusal {
  if (issue.code === 'unrecognized_keys') {
    const [field = 'line'] = issue.keys
    return { field, rule: 'a field that the feed has', value: named[field] }
  }
  const name = String(issue.path[0] ?? 'line')
  return { field: columnName(name), rule: issue.message, value: named[name] }
}
