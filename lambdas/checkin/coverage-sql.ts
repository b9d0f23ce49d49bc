import { columnName } from '../registry/field.ts'
import { levelChanges } from '../registry/object-codes.ts'
import { type Condition, type CoverageTable, coverageTable } from './coverage.ts'

/**
 * The decision table in DuckDB's SQL: a struct `{reason, level, card}` for a row that has `cards` (a list of structs whose fields
 * are the card's columns) and `died_on`. `card` is null where the person decides. `day` is `yyyy-mm-dd`.
 */
export function coverageSql(day: string, table: CoverageTable = coverageTable): string {
  const person = table.person.map(
    row => `WHEN ${conditionSql(row.when, '', day)} THEN {reason: '${row.reason}', level: NULL::INTEGER, card: NULL}`,
  )
  return `CASE ${person.join(' ')} ELSE ${countingCardSql(day, table)} END`
}

function countingCardSql(day: string, table: CoverageTable): string {
  const ranked = `list_transform(cards, lambda c: {standing: ${standingSql(day, table)}, c: c})`
  const ordered = `list_transform(${ranked}, lambda r: {
    rank: ${caseSql(table, row => String(row.rank))},
    first_day: (r.c.valid_from - DATE '1970-01-01') * ${caseSql(table, row => (row.prefers === 'earliest' ? '1' : '-1'))},
    issued: DATE '1970-01-01' - r.c.issued_on,
    card_number: r.c.card_number,
    standing: r.standing,
    card: r.c
  })`
  return `list_transform([list_min(${ordered})], lambda b: {
    reason: ${table.standings.reduce((sql, { reason }, index) => `${sql} WHEN ${index} THEN '${reason}'`, 'CASE b.standing')} END,
    level: ${levelSql(day)},
    card: b.card
  })[1]`
}

/** The index of the first row of `standings` that holds. */
function standingSql(day: string, table: CoverageTable): string {
  const rows = table.standings.map(({ when }, index) =>
    when ? `WHEN ${conditionSql(when, 'c.', day)} THEN ${index}` : `ELSE ${index}`,
  )
  return `CASE ${rows.join(' ')} END`
}

function caseSql(table: CoverageTable, value: (row: CoverageTable['standings'][number]) => string): string {
  return `CASE r.standing ${table.standings.map((row, index) => `WHEN ${index} THEN ${value(row)}`).join(' ')} END`
}

function levelSql(day: string): string {
  const changed = levelChanges.filter(({ from }) => from <= day)
  const rows = changed.map(({ code, level }) => `WHEN '${code}' THEN ${level}`)
  const printed = 'b.card_number[3]::INTEGER'
  return rows.length ? `CASE b.card_number[1:2] ${rows.join(' ')} ELSE ${printed} END` : printed
}

const operators = { before: '<', onOrBefore: '<=', after: '>' } as const

function conditionSql({ field, is }: Condition, row: string, day: string): string {
  const column = `${row}${columnName(field)}`
  return is === 'none' ? `len(${column}) = 0` : `${column} ${operators[is]} DATE '${day}'`
}
