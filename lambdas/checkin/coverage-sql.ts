import { columnName } from '../registry/field.ts'
import { levelChanges } from '../registry/object-codes.ts'
import { type Condition, type CoverageTable, coverageTable } from './coverage.ts'

/**
 * The decision table in DuckDB's SQL. The relation `persons` has `person_id` and `died_on`, `cards` the card's columns and `person_id`;
 * the answer has a row a person: the columns of `persons` and `reason`, `card` (a struct of the columns of `cards`) and `level`, the
 * latter two null where the person decides. `day` is `yyyy-mm-dd`.
 */
export function coverageSql(persons: string, cards: string, day: string, table: CoverageTable = coverageTable): string {
  const decided = table.person.map(row => ({ ...row, sql: conditionSql(row.when, 'person', day) }))
  const byPerson = decided.map(({ sql, reason }) => `WHEN ${sql} THEN '${reason}'`)
  const byStanding = table.standings.map(({ reason }, index) => `WHEN counting.standing = ${index} THEN '${reason}'`)
  return `SELECT * EXCLUDE (counting), ${levelSql(day)} AS level FROM (
    SELECT person.*, counting, CASE ${[...byPerson, ...byStanding].join(' ')} END AS reason,
      CASE WHEN ${decided.map(({ sql }) => `(${sql})`).join(' OR ')} THEN NULL ELSE counting.card END AS card
    FROM ${persons} AS person LEFT JOIN (${countingSql(cards, day, table)}) USING (person_id))`
}

/** A row a person: the card that counts and its standing, the least by rank, preferred day, issue and number. */
function countingSql(cards: string, day: string, table: CoverageTable): string {
  const day0 = `DATE '1970-01-01'`
  const byStanding = (value: (row: CoverageTable['standings'][number]) => string) =>
    `CASE standing ${table.standings.map((row, index) => `WHEN ${index} THEN ${value(row)}`).join(' ')} END`
  return `SELECT person_id, min({
      rank: ${byStanding(({ rank }) => String(rank))},
      first_day: (card.valid_from - ${day0}) * ${byStanding(({ prefers }) => (prefers === 'earliest' ? '1' : '-1'))},
      issued: ${day0} - card.issued_on,
      card_number: card.card_number,
      standing: standing,
      card: card
    }) AS counting
    FROM (SELECT card.person_id, card, ${standingSql(day, table)} AS standing FROM ${cards} AS card) GROUP BY person_id`
}

/** The index of the first row of `standings` that holds. */
function standingSql(day: string, { standings }: CoverageTable): string {
  const rows = standings.map(({ when }, index) =>
    when ? `WHEN ${conditionSql(when, 'card', day)} THEN ${index}` : `ELSE ${index}`,
  )
  return `CASE ${rows.join(' ')} END`
}

function levelSql(day: string): string {
  const changed = levelChanges.filter(({ from }) => from <= day)
  const rows = changed.map(({ code, level }) => `WHEN '${code}' THEN ${level}`)
  const printed = 'card.card_number[3]::INTEGER'
  return rows.length ? `CASE card.card_number[1:2] ${rows.join(' ')} ELSE ${printed} END` : printed
}

const operators = { before: '<', onOrBefore: '<=', after: '>' } as const

function conditionSql({ field, is }: Condition, row: string, day: string): string {
  return is === 'none' ? 'counting IS NULL' : `${row}.${columnName(field)} ${operators[is]} DATE '${day}'`
}
