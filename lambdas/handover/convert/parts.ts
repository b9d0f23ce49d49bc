import { schemes } from '../../registry/contribution.ts'
import { columnName, type Field } from '../../registry/field.ts'
import { cardFields, householdFields, periodFields, personFields } from '../../registry/items.ts'
import { literal } from '../engine/sql.ts'

/** What one item of the export holds: a household, a person with all its cards, or what one person contributed to one scheme. */
export const aggregates = ['households', 'persons', 'contributors'] as const
export type Aggregate = (typeof aggregates)[number]

/**
 * Parts are what the items of one data file become: flat rows by province, every field that the registry holds.
 * They are ours alone; datasets and agreements are cut from them.
 */
export const partKinds = ['households', 'persons', 'cards', 'contributions'] as const
export type PartKind = (typeof partKinds)[number]

export const partsOf: Readonly<Record<Aggregate, readonly PartKind[]>> = {
  households: ['households'],
  persons: ['persons', 'cards'],
  contributors: ['contributions'],
}

/** The column by which a province's rows are cut where they are many. */
export const placeOf: Readonly<Record<Aggregate, string>> = {
  households: 'ward_code',
  persons: 'ward_code',
  contributors: 'agency_code',
}

/** The kind of part that has a row an item; none where an item is nothing but its list. */
export const ownKindOf: Readonly<Record<Aggregate, PartKind | undefined>> = {
  households: 'households',
  persons: 'persons',
  contributors: undefined,
}

/** What tells one row of a kind from another. */
export const rowKeyOf: Readonly<Record<PartKind, readonly string[]>> = {
  households: ['household_id'],
  persons: ['person_id'],
  cards: ['person_id', 'card_number', 'valid_from'],
  contributions: ['person_id', 'scheme', 'first_month', 'employer_code'],
}

/** An item's list of what is a row each, and what of the item itself stands on each row. */
export interface List {
  readonly attribute: string
  readonly kind: PartKind
  readonly carried: readonly string[]
  /** Attributes that tell one element of the list from another. */
  readonly key: readonly [string, string]
}

export const listOf: Readonly<Partial<Record<Aggregate, List>>> = {
  persons: {
    attribute: 'cards',
    kind: 'cards',
    carried: ['person_id', 'ward_code', 'province_code'],
    key: ['cardNumber', 'validFrom'],
  },
  contributors: {
    attribute: 'periods',
    kind: 'contributions',
    carried: ['person_id', 'scheme'],
    key: ['firstMonth', 'employerCode'],
  },
}

export const refusedPrefix = 'refused item: '

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
  if (list) columns.push(`coalesce(Item.${list.attribute}.L, ${refuse(missing, list.attribute, item)}) AS held`)
  return columns.join(',\n')
}

/** What the items of `from` hold in their lists, a row each, guarded as well; `more` are further columns to carry along. */
export function guardedElements({ kind, carried }: List, from: string, more: readonly string[] = []): string {
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

const sourceTime: Pick<Field, 'name' | 'type' | 'required'> = { name: 'sourceTime', type: 'instant', required: true }
const fieldsOf: Readonly<Record<PartKind, readonly Shape[]>> = {
  households: [...householdFields, sourceTime],
  persons: [...personFields, sourceTime],
  cards: [...cardFields, sourceTime],
  contributions: [...periodFields, sourceTime],
}

/** Beside its key and its list. */
const ownFieldsOf: Readonly<Record<Aggregate, readonly Shape[]>> = {
  households: fieldsOf.households,
  persons: fieldsOf.persons,
  contributors: [],
}

type Shape = Pick<Field, 'name' | 'type' | 'required'>

function attributes(fields: readonly Shape[]): string[] {
  return fields.map(({ name, type, required }) => {
    const tag = type === 'integer' || type === 'instant' ? 'N' : 'S'
    return `"${name}" STRUCT(${tag} VARCHAR${required ? '' : ', "NULL" BOOLEAN'})`
  })
}

/** Where attributes stand in a row, and the key of the item that they are of. */
interface Place {
  readonly row: string
  readonly key: string
}
const item: Place = { row: 'Item', key: `coalesce(Item.PK.S, 'an item without key')` }
const element: Place = { row: 'element.M', key: `'P#' || person_id` }

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
      return [{ name, type: 'VARCHAR', guarded: optional(place => text(field.name, place)) }]
    case 'integer':
      return [{ name, type: 'INTEGER', guarded: optional(place => wholeNumber(field.name, place)) }]
    case 'day':
      return [
        { name, type: 'DATE', guarded: optional(place => day(attribute(field.name, 'S', place), field.name, place)) },
      ]
    case 'month':
      return [{ name, type: 'DATE', guarded: optional(place => monthStart(field.name, place)) }]
    case 'instant':
      return [{ name, type: 'TIMESTAMPTZ', guarded: optional(place => instant(field.name, place)) }]
    case 'birth':
      return [
        { name, type: 'DATE', guarded: place => firstDay(field.name, place) },
        { name: `${name}_precision`, type: 'VARCHAR', guarded: place => precision(field.name, place) },
      ]
  }
}

function attribute(name: string, tag: 'S' | 'N', { row }: Place): string {
  return `${row}."${name}".${tag}`
}

/** Null is said by an absent attribute or by `{"NULL": true}`; a wrong type tag says neither. */
function nullable({ name, required }: Shape, { row }: Place, present: string): string {
  if (required) return present
  return `CASE WHEN ${row}."${name}" IS NULL OR ${row}."${name}"."NULL" THEN NULL ELSE ${present} END`
}

const missing = 'missing or of a wrong type'

function text(name: string, place: Place): string {
  const value = attribute(name, 'S', place)
  if (name === 'cardNumber') {
    return `CASE WHEN regexp_full_match(${value}, '[A-Z]{2}[1-5][0-9]{12}') THEN ${value} ELSE ${refuse('no card number', name, place)} END`
  }
  return `coalesce(${value}, ${refuse(missing, name, place)})`
}

function wholeNumber(name: string, place: Place): string {
  const value = attribute(name, 'N', place)
  const number = `TRY_CAST(${value} AS INTEGER)`
  return `CASE WHEN ${number}::VARCHAR = ${value} THEN ${number} ELSE ${refuse('not a whole number', name, place)} END`
}

/** To DuckDB `infinity` is a date as well, hence the length. */
function day(value: string, name: string, place: Place): string {
  const date = `TRY_CAST(${value} AS DATE)`
  return `CASE WHEN length(${value}) = 10 AND ${date}::VARCHAR = ${value} THEN ${date} ELSE ${refuse('not a date', name, place)} END`
}

/** The first day stands for the month. */
function monthStart(name: string, place: Place): string {
  return day(`${attribute(name, 'S', place)} || '-01'`, name, place)
}

function firstDay(name: string, place: Place): string {
  const known = attribute(name, 'S', place)
  const first = `(CASE length(${known}) WHEN 4 THEN ${known} || '-01-01' WHEN 7 THEN ${known} || '-01' ELSE ${known} END)`
  return day(first, name, place)
}

function precision(name: string, place: Place): string {
  return `CASE length(${attribute(name, 'S', place)}) WHEN 4 THEN 'year' WHEN 7 THEN 'month' ELSE 'day' END`
}

function instant(name: string, place: Place): string {
  const milliseconds = attribute(name, 'N', place)
  const made = `TRY(make_timestamptz(1000 * TRY_CAST(${milliseconds} AS BIGINT)))`
  return `CASE WHEN epoch_ms(${made})::VARCHAR = ${milliseconds} THEN ${made} ELSE ${refuse('no instant in whole milliseconds', name, place)} END`
}

const guardedKey: Readonly<Record<Aggregate, readonly string[]>> = {
  households: [`${guardedId('H', ['H'])} AS household_id`],
  persons: [`${guardedId('P', ['P'])} AS person_id`],
  contributors: [
    `${guardedId(
      'P',
      schemes.map(scheme => `C#${scheme}`),
    )} AS person_id`,
    'Item.SK.S[3:] AS scheme',
  ],
}

function guardedId(prefix: string, sortKeys: readonly string[]): string {
  return `CASE WHEN Item.SK.S IN (${sortKeys.map(literal)}) AND Item.PK.S[1:2] = '${prefix}#' THEN Item.PK.S[3:] ELSE ${refuse('no key of its kind', 'PK', item)} END`
}

/** The item's key is without meaning, so it may stand in a message. */
function refuse(fault: string, name: string, { key }: Place): string {
  return `error('${refusedPrefix}${fault}: ${name} of ' || ${key})`
}
