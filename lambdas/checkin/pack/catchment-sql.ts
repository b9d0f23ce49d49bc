import { literal, rowsOfFiles } from '../../handover/engine/sql.ts'
import type { Day } from '../../registry/day.ts'
import type { FacilityCode } from '../../registry/facility-code.ts'
import { levelChanges } from '../../registry/object-codes.ts'
import { isFormerProvinceCode, type ProvinceCode, provincesOfFormer } from '../../registry/provinces.ts'
import { coverageSql } from '../coverage-sql.ts'
import { daysFrom } from './cover.ts'

/** The files of one province of a snapshot, by dataset. */
export interface ProvinceFiles {
  readonly persons: readonly string[]
  readonly cards: readonly string[]
}

/** Those of the eligibility rows that are of a facility's catchment, as table `caught`: registered there, living in its province, or seen there. */
export function caughtSql(eligibility: readonly string[], facility: FacilityCode): string {
  const provinces = provincesOf(facility).map(literal).join(', ')
  return `CREATE OR REPLACE TEMP TABLE caught AS
    SELECT person_id, level, valid_to FROM ${rowsOfFiles(eligibility)}
    WHERE facility_code = ${literal(facility)} ${provinces && `OR province_code IN (${provinces})`} OR person_id IN (FROM seen)`
}

/** The people who were seen at the facility, as table `seen`. */
export function seenSql(personIds: readonly string[]): string {
  const rows = personIds.map(id => `(${literal(id)})`)
  return `INSERT INTO seen VALUES ${rows.join(', ')}`
}

/** A person of the catchment. */
export interface CaughtPerson {
  /** Separated by commas, some twice, some perhaps malformed. */
  readonly numbers: string
  /** As far as it is known. */
  readonly birth_date: string
  readonly level: number | null
  /** `yyyy-mm-dd` */
  readonly valid_to: string | null
  /** Where cover may change on the days of the pack: `<level or 0>:<last day or nothing>` of each day, separated by commas. */
  readonly days: string | null
}

/** The statements that lead to a row for each person in `caught` who has a number; the last one gives the rows. */
export function peopleSql({ persons, cards }: ProvinceFiles, asOf: Day): readonly [...string[], string] {
  const days = daysFrom(asOf)
  const held = `(SELECT * FROM ${cards.length ? rowsOfFiles(cards) : 'no_cards'})`
  return [
    `CREATE OR REPLACE TEMP TABLE people AS SELECT caught.*, died_on, insurance_number, former_insurance_number, national_id,
      strftime(birth_date, '%Y-%m-%d')[1:CASE birth_date_precision WHEN 'year' THEN 4 WHEN 'month' THEN 7 ELSE 10 END] AS birth_date
      FROM caught JOIN ${rowsOfFiles(persons)} USING (person_id)`,
    `CREATE OR REPLACE TEMP TABLE held AS SELECT person_id, card_number, valid_from, valid_to, issued_on, recalled_on
      FROM ${held} SEMI JOIN caught USING (person_id)`,
    `CREATE OR REPLACE TEMP TABLE changing AS SELECT person_id, died_on FROM people
      WHERE ${isAmong('died_on', days)} OR person_id IN (SELECT person_id FROM held WHERE ${mayChange(days)})`,
    `CREATE OR REPLACE TEMP TABLE covered AS SELECT person_id, string_agg(coalesce(level, 0) || ':' || coalesce(valid_to::VARCHAR, ''), ',' ORDER BY day) AS days
      FROM (${days.map(dayCoverSql).join(' UNION ALL ')}) GROUP BY person_id`,
    `SELECT concat_ws(',', insurance_number, former_insurance_number, national_id, on_cards) AS numbers,
        birth_date, level, valid_to::VARCHAR AS valid_to, days
      FROM people LEFT JOIN covered USING (person_id)
      LEFT JOIN (SELECT person_id, string_agg(DISTINCT card_number[6:15], ',') AS on_cards FROM held GROUP BY person_id) USING (person_id)
      WHERE numbers <> ''`,
  ]
}

/** What stands for the files of a province that has none, and for the people seen before any is known. */
export const emptyTablesSql = [
  'CREATE OR REPLACE TEMP TABLE seen (person_id VARCHAR)',
  'CREATE OR REPLACE TEMP TABLE caught (person_id VARCHAR)',
  `CREATE OR REPLACE TEMP TABLE no_cards (person_id VARCHAR, card_number VARCHAR, valid_from DATE, valid_to DATE, issued_on DATE, recalled_on DATE)`,
] as const

/** The provinces of today that the facility's former one went to; none for the forces' own. */
export function provincesOf(facility: FacilityCode): readonly ProvinceCode[] {
  const prefix = facility.slice(0, 2)
  return isFormerProvinceCode(prefix) ? provincesOfFormer(prefix) : []
}

/** A day on which something begins or ends, or a level of the law. Whoever is taken without need costs time alone. */
function mayChange(days: readonly Day[]): string {
  const codes = levelChanges.filter(({ from }) => days.includes(from)).map(({ code }) => literal(code))
  const raised = codes.length ? [`card_number[1:2] IN (${codes.join(', ')})`] : []
  return [...['valid_from', 'valid_to', 'recalled_on'].map(column => isAmong(column, days)), ...raised].join(' OR ')
}

function isAmong(column: string, days: readonly Day[]): string {
  return `coalesce(${column} BETWEEN DATE '${days[0]}' AND DATE '${days.at(-1)}', false)`
}

function dayCoverSql(day: Day, index: number): string {
  const inForce = `reason = 'in-force'`
  return `SELECT person_id, ${index} AS day, CASE WHEN ${inForce} THEN level END AS level, CASE WHEN ${inForce} THEN card.valid_to END AS valid_to
    FROM (${coverageSql('changing', '(FROM held SEMI JOIN changing USING (person_id))', day)})`
}
