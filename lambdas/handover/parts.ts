import { columnName, type Field } from '../registry/field.ts'
import { cardFields, householdFields, personFields } from '../registry/items.ts'

/**
 * Parts are what one data file of the export becomes: all households and all persons, each person with the list of its cards,
 * by province, every field that the registry holds. They are ours alone; datasets and agreements are cut from them.
 */
export const partKinds = ['households', 'persons'] as const
export type PartKind = (typeof partKinds)[number]

export const sortKeyOf: Readonly<Record<PartKind, string>> = { households: 'H', persons: 'P' }

/** One line of the chunk as DuckDB must read it: every attribute by its DynamoDB type tag, numbers as text. */
export function itemStruct(kind: PartKind): string {
  const { fields, cards } = shapeOf[kind]
  const members = ['PK STRUCT(S VARCHAR)', 'SK STRUCT(S VARCHAR)', ...attributes(fields)]
  if (cards) members.push(`cards STRUCT(L STRUCT(M STRUCT(${attributes(cardFields)}))[])`)
  return `STRUCT(${members})`
}

/** The columns of a part, each guarded: a missing, mistyped or malformed value fails the whole statement and names the field. */
export function guardedColumns(kind: PartKind): string {
  const { id, fields, cards } = shapeOf[kind]
  const columns = [
    `${guardedId(sortKeyOf[kind])} AS ${id}`,
    ...fields.flatMap(field => guarded(field, 'Item.')).map(({ name, sql }) => `${sql} AS ${name}`),
    `${guardedInstant('Item.', 'sourceTime')} AS source_time`,
  ]
  if (cards) columns.push(`${guardedCards()} AS cards`)
  return columns.join(',\n')
}

interface Shape {
  readonly id: string
  readonly fields: readonly Field[]
  readonly cards: boolean
}

const shapeOf: Readonly<Record<PartKind, Shape>> = {
  households: { id: 'household_id', fields: householdFields, cards: false },
  persons: { id: 'person_id', fields: personFields, cards: true },
}

function attributes(fields: readonly Field[]): string[] {
  const members = fields.map(({ name, type, required }) => {
    const tag = type === 'integer' ? 'N' : 'S'
    return `"${name}" STRUCT(${tag} VARCHAR${required ? '' : ', "NULL" BOOLEAN'})`
  })
  return [...members, '"sourceTime" STRUCT(N VARCHAR)']
}

interface Guarded {
  readonly name: string
  readonly sql: string
}

function guarded(field: Field, row: string): readonly Guarded[] {
  const name = columnName(field.name)
  switch (field.type) {
    case 'text':
      return [{ name, sql: nullable(field, row, text(field, row)) }]
    case 'integer':
      return [{ name, sql: nullable(field, row, wholeNumber(`${row}"${field.name}".N`, field.name)) }]
    case 'day':
      return [{ name, sql: nullable(field, row, date(`${row}"${field.name}".S`, field.name)) }]
    case 'birth': {
      const known = `${row}"${field.name}".S`
      const completed = `CASE length(${known}) WHEN 4 THEN ${known} || '-01-01' WHEN 7 THEN ${known} || '-01' ELSE ${known} END`
      return [
        { name, sql: date(`(${completed})`, field.name) },
        {
          name: `${name}_precision`,
          sql: `CASE length(${known}) WHEN 4 THEN 'year' WHEN 7 THEN 'month' ELSE 'day' END`,
        },
      ]
    }
    case 'instant':
      return [{ name, sql: guardedInstant(row, field.name) }]
  }
}

/** Null is said by an absent attribute or by `{"NULL": true}`; a wrong type tag says neither. */
function nullable(field: Field, row: string, present: string): string {
  if (field.required) return present
  const attribute = `${row}"${field.name}"`
  return `CASE WHEN ${attribute} IS NULL OR ${attribute}."NULL" THEN NULL ELSE ${present} END`
}

function text(field: Field, row: string): string {
  const value = `${row}"${field.name}".S`
  if (field.name === 'cardNumber') {
    return `CASE WHEN regexp_full_match(${value}, '[A-Z]{2}[1-5][0-9]{12}') THEN ${value} ELSE ${refuse('no card number', field.name)} END`
  }
  return `coalesce(${value}, ${refuse('missing or of a wrong type', field.name)})`
}

function wholeNumber(value: string, name: string): string {
  const number = `TRY_CAST(${value} AS INTEGER)`
  return `CASE WHEN ${number}::VARCHAR = ${value} THEN ${number} ELSE ${refuse('not a whole number', name)} END`
}

/** To DuckDB `infinity` is a date as well, hence the length. */
function date(value: string, name: string): string {
  const day = `TRY_CAST(${value} AS DATE)`
  return `CASE WHEN length(${value}) = 10 AND ${day}::VARCHAR = ${value} THEN ${day} ELSE ${refuse('not a date', name)} END`
}

function guardedInstant(row: string, name: string): string {
  const milliseconds = `${row}"${name}".N`
  const instant = `TRY(make_timestamp_ms(TRY_CAST(${milliseconds} AS BIGINT)))`
  return `CASE WHEN epoch_ms(${instant})::VARCHAR = ${milliseconds} THEN ${instant} ELSE ${refuse('no instant in whole milliseconds', name)} END AT TIME ZONE 'UTC'`
}

function guardedId(sortKey: string): string {
  return `CASE WHEN Item.SK.S = '${sortKey}' AND Item.PK.S[1:2] = '${sortKey}#' THEN Item.PK.S[3:] ELSE ${refuse('no key of its kind', 'PK')} END`
}

function guardedCards(): string {
  const members = cardFields.flatMap(field => guarded(field, 'c.M.')).map(({ name, sql }) => `${name} := ${sql}`)
  const card = `struct_pack(${members}, source_time := ${guardedInstant('c.M.', 'sourceTime')})`
  return `CASE WHEN Item.cards.L IS NULL THEN ${refuse('missing or of a wrong type', 'cards')} ELSE list_transform(Item.cards.L, lambda c: ${card}) END`
}

export const refusedPrefix = 'refused item: '

/** The item's key is without meaning, so it may stand in a message. */
function refuse(fault: string, name: string): string {
  return `error('${refusedPrefix}${fault}: ${name} of ' || coalesce(Item.PK.S, 'an item without key'))`
}
