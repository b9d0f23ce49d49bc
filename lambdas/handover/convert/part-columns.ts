import { schemes } from '../../registry/contribution.ts'
import { earliestDay } from '../../registry/day.ts'
import type { FeedKind } from '../../registry/feeds.ts'
import { columnName, type Field, type Form } from '../../registry/field.ts'
import { householdIdForm } from '../../registry/household-id.ts'
import { cardFields, householdFields, periodFields, personFields } from '../../registry/items.ts'
import { earliestMonth } from '../../registry/month.ts'
import { personIdForm } from '../../registry/person-id.ts'
import { type Presence, type RecordRule, recordRules } from '../../registry/record-rules.ts'
import { literal } from '../engine/sql.ts'
import type { FaultCode } from '../fault.ts'
import { type Aggregate, itemKey, itemKeyOf, type List, listOf, type PartKind, partKinds } from './parts.ts'

/** What a guard says of an item, as JSON behind `refusedPrefix` in the message of DuckDB's error. */
export interface Refused {
  readonly code: FaultCode
  /** Names a field, never its value. */
  readonly fault: string
  /** As `itemKey` says it: whatever may stand there, so it is told to nobody. */
  readonly key: string
}

export const refusedPrefix = 'refused item: '

/** The expression that stops a statement over an item with this key. */
export function refuse(fault: string, key: string, code: FaultCode = 'malformed-item'): string {
  return `error(${literal(refusedPrefix)} || json_object('code', ${literal(code)}, 'fault', ${literal(fault)}, 'key', ${key})::VARCHAR)`
}

/** One line of the chunk as DuckDB must read it: every attribute by its DynamoDB type tag, numbers as text. */
export function itemStruct(aggregate: Aggregate): string {
  const members = ['PK STRUCT(S VARCHAR)', 'SK STRUCT(S VARCHAR)', ...attributes(ownFieldsOf[aggregate])]
  const list = listOf[aggregate]
  if (list) members.push(`${list.attribute} STRUCT(L STRUCT(M STRUCT(${attributes(fieldsOf[list.kind])}))[])`)
  return `STRUCT(${members})`
}

/**
 * The columns of an aggregate's own part, each guarded: a missing, mistyped or malformed value fails the whole statement and names
 * the field. Where the item has a list, one more, `held`: the list as it came.
 */
export function guardedColumns(aggregate: Aggregate): string {
  const columns = [
    ...guardedKey[aggregate],
    ...ownFieldsOf[aggregate].flatMap(columnsOf).map(({ name, guarded }) => `${guarded(item)} AS ${name}`),
  ]
  const list = listOf[aggregate]
  if (list) columns.push(`coalesce(Item.${list.attribute}.L, ${refuseField(missing, list.attribute, item)}) AS held`)
  return columns.join(',\n')
}

/** What the items of `from` hold in their lists, a row each, guarded as well; `more` are further columns to carry along. */
export function guardedElements({ kind, carried }: List, from: string, more: readonly string[] = []): string {
  const element: Place = { row: 'element.M', key: itemKeyOf[kind] }
  const columns = fieldsOf[kind].flatMap(columnsOf).map(({ name, guarded }) => `${guarded(element)} AS ${name}`)
  const items = [...more, ...carried]
  return `SELECT ${[...items, ...columns].join(',\n')}
    FROM (SELECT ${items}, unnest(held) AS element FROM ${from})`
}

/** What parts of this kind read as where there are none. */
export function emptyPart(kind: PartKind): string {
  const columns = [...keysOf[kind].map(name => ({ name, type: 'VARCHAR' })), ...fieldsOf[kind].flatMap(columnsOf)]
  return `SELECT ${columns.map(({ name, type }) => `NULL::${type} AS ${name}`)} WHERE false`
}

/** The columns of every kind of part, with their types: what one build writes and another reads must agree. */
export function partColumns(): readonly string[] {
  return partKinds.map(emptyPart)
}

/** The columns of a part that come from the item's key, or from the item whose list it was. */
const keysOf: Readonly<Record<PartKind, readonly string[]>> = {
  households: ['household_id'],
  persons: ['person_id'],
  cards: listOf.persons?.carried ?? [],
  contributions: listOf.contributors?.carried ?? [],
}

const fieldsOf: Readonly<Record<PartKind, readonly Shape[]>> = {
  households: ruled('households', householdFields),
  persons: ruled('persons', personFields),
  cards: ruled('cards', cardFields),
  contributions: ruled('contributions', periodFields),
}

/** Beside its key and its list. */
const ownFieldsOf: Readonly<Record<Aggregate, readonly Shape[]>> = {
  households: fieldsOf.households,
  persons: fieldsOf.persons,
  contributors: [],
}

/** A field with what it must be, by itself and beside the others of its record. */
interface Shape extends Pick<Field, 'name' | 'type' | 'required' | 'form' | 'range'> {
  readonly rules?: readonly RecordRule[]
}

function ruled(kind: FeedKind, fields: readonly Field[]): readonly Shape[] {
  return fields.map(field => ({
    ...field,
    rules: recordRules[kind].filter(({ field: name }) => name === field.name),
  }))
}

function attributes(fields: readonly Shape[]): string[] {
  return fields.map(({ name, type, required }) => {
    const tag = type === 'integer' ? 'N' : 'S'
    return `"${name}" STRUCT(${tag} VARCHAR${required ? '' : ', "NULL" BOOLEAN'})`
  })
}

/** Where attributes stand in a row, and the key of the item that they are of, as `itemKey` says it. */
interface Place {
  readonly row: string
  readonly key: string
}
const item: Place = { row: 'Item', key: itemKey('Item') }

interface PartColumn {
  readonly name: string
  /** DuckDB's. */
  readonly type: string
  readonly guarded: (place: Place) => string
}

function columnsOf(field: Shape): readonly PartColumn[] {
  const name = columnName(field.name)
  const optional = (present: (place: Place) => string) => (place: Place) => nullable(field, place, present(place))
  switch (field.type) {
    case 'text':
      return [{ name, type: 'VARCHAR', guarded: optional(place => text(field, place)) }]
    case 'integer':
      return [{ name, type: 'INTEGER', guarded: optional(place => wholeNumber(field, place)) }]
    case 'day':
      return [{ name, type: 'DATE', guarded: optional(place => day(attribute(field.name, 'S', place), field, place)) }]
    case 'month':
      return [{ name, type: 'DATE', guarded: optional(place => monthStart(field, place)) }]
    case 'birth':
      return [
        { name, type: 'DATE', guarded: place => firstDay(field, place) },
        { name: `${name}_precision`, type: 'VARCHAR', guarded: place => precision(field.name, place) },
      ]
  }
}

function attribute(name: string, tag: 'S' | 'N', { row }: Place): string {
  return `${row}."${name}".${tag}`
}

/** Null is said by an absent attribute or by `{"NULL": true}`; a wrong type tag says neither. */
function nullable(field: Shape, place: Place, present: string): string {
  if (field.required) return present
  const attribute = `${place.row}."${field.name}"`
  const absent = checked('NULL', absenceChecks(field, place))
  return `CASE WHEN ${attribute} IS NULL OR ${attribute}."NULL" THEN ${absent} ELSE ${present} END`
}

const missing = 'missing or of a wrong type'

function text(field: Shape, place: Place): string {
  const { name, form } = field
  const value = attribute(name, 'S', place)
  const checks = [...(form ? [formCheck(value, form, name, place)] : []), ...ruleChecks(field, place)]
  const absent = refuseField(missing, name, place)
  if (checks.length === 0) return `coalesce(${value}, ${absent})`
  return checked(value, checks, `WHEN ${value} IS NULL THEN ${absent}`)
}

interface Check {
  readonly holds: string
  readonly otherwise: string
}

/** All at once first: which of them fails is asked for what fails alone. */
function checked(value: string, checks: readonly Check[], first = ''): string {
  if (checks.length === 0) return value
  const all = checks.map(({ holds }) => `(${holds})`).join(' AND ')
  const failed = checks.map(({ holds, otherwise }) => `WHEN (${holds}) IS NOT TRUE THEN ${otherwise}`)
  return `CASE WHEN ${all} THEN ${value} ${first} ${failed.join(' ')} END`
}

function formCheck(value: string, form: Form, name: string, { key }: Place): Check {
  const otherwise =
    'codes' in form
      ? refuse(`${columnName(name)}: no code of its list`, key, 'unknown-code')
      : refuse(`${name}: not well-formed`, key)
  return { holds: hasForm(value, form), otherwise }
}

/** Codes as a constant list, which costs less than a cast to an enumeration; long ones behind IN become a join. */
function hasForm(value: string, form: Form): string {
  if ('codes' in form) return `list_contains([${form.codes.map(literal)}], ${value})`
  const well = `regexp_full_match(${value}, ${literal(form.pattern.source)})`
  return form.except ? `(${well} AND ${value} <> ${literal(form.except)})` : well
}

/** What the rules of a field that is there ask of it. */
function ruleChecks({ name, rules = [] }: Shape, place: Place): readonly Check[] {
  return rules.map(rule => {
    const value = attribute(name, 'S', place)
    if ('codes' in rule)
      return formCheck(`${value}[${rule.at[0] + 1}:${rule.at[1]}]`, { codes: rule.codes }, name, place)
    if ('since' in rule) {
      // As text a year or a month comes before each of its days
      const holds = `${value} >= ${attribute(rule.since, 'S', place)}`
      return { holds, otherwise: refuseField(`before ${rule.since}`, name, place) }
    }
    if ('replacedBy' in rule) {
      const holds = `${value} <> ${attribute(rule.replacedBy, 'S', place)}`
      return { holds, otherwise: unfitting(name, rule.replacedBy, place) }
    }
    if ('thereWith' in rule) {
      return { holds: begins(rule, place), otherwise: unfitting(name, rule.thereWith, place) }
    }
    const { ofOrder, shares } = rule
    const order = integer(ofOrder, place)
    // To DuckDB the least of null and a number is the number
    const holds = `${order} IS NOT NULL AND ${integer(name, place)} = [${shares}][least(${order}, ${shares.length})]`
    return { holds, otherwise: unfitting(name, ofOrder, place) }
  })
}

/** What they ask where it is not there. */
function absenceChecks({ name, rules = [] }: Shape, place: Place): readonly Check[] {
  return rules.flatMap(rule => {
    if ('thereWith' in rule) {
      return [{ holds: `NOT ${begins(rule, place)}`, otherwise: unfitting(name, rule.thereWith, place) }]
    }
    if (!('ofOrder' in rule)) return []
    const holds = `${attribute(rule.ofOrder, 'N', place)} IS NULL`
    return [{ holds, otherwise: unfitting(name, rule.ofOrder, place) }]
  })
}

function begins({ thereWith, beginning }: Presence, place: Place): string {
  const other = attribute(thereWith, 'S', place)
  return beginning ? `starts_with(${other}, ${literal(beginning)})` : `(${other} IS NOT NULL)`
}

function unfitting(name: string, other: string, place: Place): string {
  return refuseField(`does not go with ${other}`, name, place)
}

function wholeNumber(field: Shape, place: Place): string {
  const { name } = field
  const [least, greatest] = field.range as NonNullable<Field['range']>
  const number = integer(name, place)
  const holds = `${number}::VARCHAR = ${attribute(name, 'N', place)} AND ${number} BETWEEN ${least} AND ${greatest}`
  const otherwise = refuseField(`not a whole number from ${least} to ${greatest}`, name, place)
  return checked(number, [{ holds, otherwise }, ...ruleChecks(field, place)])
}

function integer(name: string, place: Place): string {
  return `TRY_CAST(${attribute(name, 'N', place)} AS INTEGER)`
}

/** To DuckDB `infinity` is a date as well, hence the length. */
function day(value: string, field: Shape, place: Place, earliest = earliestDay): string {
  const date = `TRY_CAST(${value} AS DATE)`
  const exists = `length(${value}) = 10 AND ${date}::VARCHAR = ${value} AND ${value} >= ${literal(earliest)}`
  const otherwise = refuseField(`no date since ${earliest}`, field.name, place)
  return checked(date, [{ holds: exists, otherwise }, ...ruleChecks(field, place)])
}

/** The first day stands for the month. */
function monthStart(field: Shape, place: Place): string {
  return day(`${attribute(field.name, 'S', place)} || '-01'`, field, place, `${earliestMonth}-01`)
}

function firstDay(field: Shape, place: Place): string {
  const known = attribute(field.name, 'S', place)
  const first = `(CASE length(${known}) WHEN 4 THEN ${known} || '-01-01' WHEN 7 THEN ${known} || '-01' ELSE ${known} END)`
  return day(first, field, place)
}

function precision(name: string, place: Place): string {
  return `CASE length(${attribute(name, 'S', place)}) WHEN 4 THEN 'year' WHEN 7 THEN 'month' ELSE 'day' END`
}

const guardedKey: Readonly<Record<Aggregate, readonly string[]>> = {
  households: [`${guardedId('H', householdIdForm, ['H'])} AS household_id`],
  persons: [`${guardedId('P', personIdForm, ['P'])} AS person_id`],
  contributors: [
    `${guardedId(
      'P',
      personIdForm,
      schemes.map(scheme => `C#${scheme}`),
    )} AS person_id`,
    'Item.SK.S[3:] AS scheme',
  ],
}

function guardedId(prefix: string, { source }: RegExp, sortKeys: readonly string[]): string {
  const key = new RegExp(source.replace('^', `^${prefix}#`))
  return `CASE WHEN Item.SK.S IN (${sortKeys.map(literal)}) AND ${hasForm('Item.PK.S', { pattern: key })}
    THEN Item.PK.S[3:] ELSE ${refuseField('no key of its kind', 'PK', item)} END`
}

function refuseField(fault: string, name: string, { key }: Place): string {
  return refuse(`${name}: ${fault}`, key)
}
