import { columnName } from '../registry/field.ts'
import { levelChanges } from '../registry/object-codes.ts'
import { type Condition, type CoverageTable, coverageTable } from './coverage.ts'

/**
 * The decision table in DuckDB's SQL. `relation` has `cards` (a list of structs whose fields are the card's columns) and `died_on`;
 * the answer has the relation's columns and `reason`, `card` and `level`, the latter two null where the person decides.
 * `day` is `yyyy-mm-dd`.
 */
export function coverageSql(relation: string, day: string, table: CoverageTable = coverageTable): string {
  const { person, standings } = table
  const personRows = person.map(row => `WHEN ${conditionSql(row.when, '', day)} THEN '${row.reason}'`)
  const standingRows = standings.map((row, index) => `WHEN counting.standing = ${index} THEN '${row.reason}'`)
  return `SELECT * EXCLUDE (counting), ${levelSql(day)} AS level FROM (
    SELECT *, CASE ${[...personRows, ...standingRows].join(' ')} END AS reason,
      CASE ${person.map(row => `WHEN ${conditionSql(row.when, '', day)} THEN NULL`).join(' ')} ELSE cards[counting.place] END AS card
    FROM (SELECT *, ${countingSql(day, table)} AS counting FROM ${relation}))`
}

/** The place and the standing of the card that counts: the least by rank, preferred day, issue and number. */
function countingSql(day: string, table: CoverageTable): string {
  const standing = `list_transform(cards, lambda c: ${standingSql(day, table)})`
  const day0 = `DATE '1970-01-01'`
  return `list_min(list_transform(${standing}, lambda standing, place: {
    rank: ${byStanding(table, row => String(row.rank))},
    first_day: (cards[place].valid_from - ${day0}) * ${byStanding(table, row => (row.prefers === 'earliest' ? '1' : '-1'))},
    issued: ${day0} - cards[place].issued_on,
    card_number: cards[place].card_number,
    standing: standing,
    place: place
  }))`
}

/** The index of the first row of `standings` that holds. */
function standingSql(day: string, { standings }: CoverageTable): string {
  const rows = standings.map(({ when }, index) =>
    when ? `WHEN ${conditionSql(when, 'c.', day)} THEN ${index}` : `ELSE ${index}`,
  )
  return `CASE ${rows.join(' ')} END`
}

function byStanding(table: CoverageTable, value: (row: CoverageTable['standings'][number]) => string): string {
  return `CASE standing ${table.standings.map((row, index) => `WHEN ${index} THEN ${value(row)}`).join(' ')} END`
}

function levelSql(day: string): string {
  const changed = levelChanges.filter(({ from }) => from <= day)
  const rows = changed.map(({ code, level }) => `WHEN '${code}' THEN ${level}`)
  const printed = 'card.card_number[3]::INTEGER'
  return rows.length ? `CASE card.card_number[1:2] ${rows.join(' ')} ELSE ${printed} END` : printed
}

const operators = { before: '<', onOrBefore: '<=', after: '>' } as const

function conditionSql({ field, is }: Condition, row: string, day: string): string {
  const column = `${row}${columnName(field)}`
  return is === 'none' ? `len(${column}) = 0` : `${column} ${operators[is]} DATE '${day}'`
}
