import { shareOf } from './benefit-levels.ts'
import type { FeedKind, FeedRecord, Refusal } from './feeds.ts'
import { columnName } from './field.ts'
import { provincesOfFormer } from './provinces.ts'
import { type RecordRule, recordRules } from './record-rules.ts'
import { provinceOfWard } from './wards.ts'

/** The rules between the fields of one record that it breaks, each under the field to look at. */
export function brokenRules<Kind extends FeedKind>(
  kind: Kind,
  record: FeedRecord<Kind>,
  now: Date,
): readonly Refusal[] {
  const refusals = rules[kind]
    .filter(({ holds }) => !holds(record))
    .map(({ field, rule }) => ({ field: columnName(field), rule, value: record[field] }))
  if (record.sourceTime <= now.getTime() + clockSkewMilliseconds) return refusals
  const value = new Date(record.sourceTime).toISOString()
  return [...refusals, { field: 'source_time', rule: 'source-time-in-the-future', value }]
}

/** How far a source's clock may run ahead of ours. A record of next year would shut out all that follow until then. */
const clockSkewMilliseconds = 5 * 60_000

interface Rule<Record> {
  readonly rule: string
  readonly field: keyof Record & string
  readonly holds: (record: Record) => boolean
}

const residenceRules: readonly Rule<FeedRecord<'households'> | FeedRecord<'persons'>>[] = [
  {
    rule: 'ward-in-province',
    field: 'wardCode',
    holds: ({ wardCode, provinceCode }) => provinceOfWard(wardCode) === provinceCode,
  },
  {
    rule: 'former-province-in-province',
    field: 'formerProvinceCode',
    holds: ({ formerProvinceCode, provinceCode }) => provincesOfFormer(formerProvinceCode).includes(provinceCode),
  },
]

const rules: { readonly [Kind in FeedKind]: readonly Rule<FeedRecord<Kind>>[] } = {
  households: [...residenceRules, ...listed('households')],
  persons: [...residenceRules, ...listed('persons')],
  cards: listed('cards'),
  contributions: listed('contributions'),
}

function listed<Kind extends FeedKind>(kind: Kind): readonly Rule<FeedRecord<Kind>>[] {
  return recordRules[kind].map(listed => ({
    rule: listed.rule,
    field: listed.field as keyof FeedRecord<Kind> & string,
    holds: record => keeps(record as unknown as Values, listed),
  }))
}

type Values = Readonly<Record<string, string | number | undefined>>

function keeps(record: Values, rule: RecordRule): boolean {
  const own = record[rule.field]
  if ('codes' in rule) return rule.codes.includes((own as string).slice(...rule.at))
  // As text a year or a month comes before each of its days
  if ('since' in rule) return own === undefined || own >= (record[rule.since] as string)
  if ('replacedBy' in rule) return own === undefined || isOther(record[rule.replacedBy], own)
  if ('thereWith' in rule) return (own !== undefined) === begins(record[rule.thereWith], rule.beginning)
  const order = record[rule.ofOrder] as number | undefined
  return own === (order === undefined ? undefined : shareOf(order, rule.shares))
}

function isOther(value: Values[string], own: Values[string]): boolean {
  return value !== undefined && value !== own
}

function begins(value: Values[string], beginning = ''): boolean {
  return value !== undefined && String(value).startsWith(beginning)
}
