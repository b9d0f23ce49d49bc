import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeFeedFiles } from '../../../local/nation/feed-files.ts'
import { day } from './days.ts'

interface Share {
  readonly sql: string
  readonly percent: Readonly<Record<string, number>>
  /** Points by which each may be off; one where none are given. */
  readonly within?: number
}

/** Percent, counted from the feed files. */
const shares: Readonly<Record<string, Share>> = {
  'participants by object code': {
    sql: `select case
        when object in ('GD', 'HS', 'TE', 'DN', 'HC', 'HN', 'CN', 'HT', 'BT', 'LH', 'SV') then object
        when object in ('DT', 'DK') then 'DT, DK'
        when object in ('CC', 'CK', 'CB', 'KC', 'TS', 'TC') then 'merit'
        when object in ('QN', 'CA', 'CY', 'TQ', 'TA', 'TY') then 'armed forces'
        else 'other' end as name, count(*) as n
      from participants group by 1`,
    percent: {
      GD: 22.8,
      DN: 16.3,
      HS: 15.4,
      TE: 9.4,
      'DT, DK': 8,
      HN: 6.6,
      HC: 3.9,
      CN: 3.2,
      HT: 3,
      BT: 2.9,
      SV: 1.9,
      merit: 1.9,
      'armed forces': 1.9,
      LH: 1.5,
      other: 1.5,
    },
  },
  'participants by the level printed on the card': {
    sql: 'select substr(card_number, 3, 1) as name, count(*) as n from participants group by 1',
    percent: { 1: 9.5, 2: 20.5, 3: 5.7, 4: 63.2, 5: 1.1 },
  },
  'members by their cards': {
    sql: `select case when person_id in (select person_id from participants) then 'in force'
        when person_id in (select person_id from cards) then 'ended' else 'none' end as name, count(*) as n
      from persons group by 1`,
    percent: { 'in force': 89.4, ended: 1.3, none: 9.3 },
  },
  'identities of participants outside the armed forces': {
    sql: `select identity_state as name, count(*) as n from participants
      where object not in ('QN', 'CA', 'CY', 'TQ', 'TA', 'TY') group by 1`,
    percent: { verified: 96, unverified: 3.2, mismatched: 0.8 },
  },
  'household-based enrolment by order and contribution share': {
    sql: `select concat_ws(' ', least(enrolment_order, 5), contribution_share) as name, count(*) as n
      from participants where object = 'GD' group by 1`,
    percent: { '1 100': 64, '2 70': 27, '3 60': 7.2, '4 50': 1.5, '5 40': 0.3 },
  },
  ages: {
    sql: `select case when age < 6 then '0 to 5' when age < 18 then '6 to 17' when age < 25 then '18 to 24'
        when age < 40 then '25 to 39' when age < 60 then '40 to 59' when age < 75 then '60 to 74' else '75 and more' end as name,
        count(*) as n from persons group by 1`,
    percent: {
      '0 to 5': 8.8,
      '6 to 17': 18.4,
      '18 to 24': 9.2,
      '25 to 39': 22.8,
      '40 to 59': 25.8,
      '60 to 74': 11.7,
      '75 and more': 3.3,
    },
  },
  sexes: { sql: 'select sex as name, count(*) as n from persons group by 1', percent: { 1: 49.8, 2: 50.2 } },
  'birth dates by what is known': {
    sql: `select case length(birth_date) when 4 then 'year' when 7 then 'month' else 'day' end as name, count(*) as n
      from persons group by 1`,
    percent: { day: 96.5, month: 0.5, year: 3 },
  },
  'sizes of households': {
    sql: `select least(size, 7)::varchar as name, count(*) as n
      from (select count(*) as size from persons group by household_id) group by 1`,
    percent: { 1: 10.5, 2: 18.5, 3: 21.5, 4: 26.2, 5: 13.2, 6: 6.2, 7: 3.9 },
  },
  provinces: {
    sql: `select case when province_code in ('79', '01', '75', '31', '38', '40') then province_code else 'others' end as name,
      count(*) as n from persons group by 1`,
    percent: { 79: 13.7, '01': 8.7, 75: 4.4, 31: 4, 38: 3.7, 40: 3.4, others: 62.1 },
  },
  'ethnic groups': {
    sql: `select if(ethnic_code = '01', 'Kinh', 'others') as name, count(*) as n from persons group by 1`,
    percent: { Kinh: 85, others: 15 },
  },
  surnames: {
    sql: `select case when surname in ('Nguyễn', 'Trần', 'Lê', 'Phạm') then surname else 'others' end as name, count(*) as n
      from (select split_part(full_name, ' ', 1) as surname from persons) group by 1`,
    percent: { Nguyễn: 38.4, Trần: 11.1, Lê: 9.6, Phạm: 7.2, others: 33.7 },
  },
  'given names of men': {
    sql: givenNames('1', ['Hùng', 'Dũng', 'Tuấn', 'Minh', 'Nam', 'Sơn', 'Anh', 'Thắng']),
    percent: {
      Hùng: 2.57,
      Dũng: 2.57,
      Tuấn: 2.57,
      Minh: 2.57,
      Nam: 2.19,
      Sơn: 2.19,
      Anh: 2.19,
      Thắng: 2.19,
      others: 80.96,
    },
    within: 0.3,
  },
  'given names of women': {
    sql: givenNames('2', ['Lan', 'Hương', 'Hoa', 'Hạnh', 'Linh', 'Hà', 'Trang', 'Thảo']),
    percent: {
      Lan: 2.5,
      Hương: 2.5,
      Hoa: 2.5,
      Hạnh: 2.5,
      Linh: 2.12,
      Hà: 2.12,
      Trang: 2.12,
      Thảo: 2.12,
      others: 81.51,
    },
    within: 0.3,
  },
}

/** The last of the names; those of the list, and all others together. */
function givenNames(sex: '1' | '2', names: readonly string[]): string {
  return `select if(given in (${names.map(name => `'${name}'`)}), given, 'others') as name, count(*) as n
    from (select split_part(full_name, ' ', -1) as given from persons where sex = '${sex}') group by 1`
}

const today = day('2026-11-22')
const people = 100_000
const reference = join(import.meta.dirname, '../../../reference')

let dir: string
let duckdb: DuckDBConnection
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'nation-'))
  await writeFeedFiles({ people, seed: 1, today }, dir)
  const instance = await DuckDBInstance.create()
  duckdb = await instance.connect()
  await duckdb.run(`
    create table persons as select *,
      date_diff('day', rpad(birth_date, 10, '-01')::date, date '${today}') / 365.2425 as age
      from read_json('${dir}/persons.ndjson', format = 'newline_delimited', columns = {person_id: 'varchar',
        household_id: 'varchar', full_name: 'varchar', birth_date: 'varchar', sex: 'varchar', ethnic_code: 'varchar',
        ward_code: 'varchar', province_code: 'varchar', identity_state: 'varchar', national_id: 'varchar',
        insurance_number: 'varchar'});
    create table cards as select *, left(card_number, 2) as object
      from read_json('${dir}/cards.ndjson', format = 'newline_delimited', columns = {person_id: 'varchar',
        card_number: 'varchar', valid_from: 'date', valid_to: 'date', recalled_on: 'date', enrolment_order: 'integer',
        contribution_share: 'integer', facility_code: 'varchar'});
    create table households as select *
      from read_json('${dir}/households.ndjson', format = 'newline_delimited', columns = {household_id: 'varchar',
        ward_code: 'varchar'});
    create table participants as select * from persons join cards using (person_id)
      where valid_from <= date '${today}' and coalesce(valid_to >= date '${today}', true)
        and coalesce(recalled_on > date '${today}', true)`)
}, 60_000)
afterAll(async () => {
  duckdb.closeSync()
  await rm(dir, { recursive: true })
})

describe('A nation of 100,000 has the shape of Vietnam’s:', () => {
  it.each(Object.entries(shares))('%s', async (_, { sql, percent, within = 1 }) => {
    const counted = await percentages(sql)
    expect(Object.keys(counted).sort()).toEqual(Object.keys(percent).sort())
    for (const [name, expected] of Object.entries(percent)) {
      expect(Math.abs((counted[name] ?? 0) - expected), `${name}: ${counted[name]} for ${expected}`).toBeLessThan(
        within,
      )
    }
  })

  it('one card in force a participant, and 1.27 cards a member', async () => {
    expect(await number('select count(*) - count(distinct person_id) from participants')).toBe(0)
    expect(await number(`select count(*) / ${people} from cards`)).toBeCloseTo(1.27, 1)
  })

  it.each(['person_id', 'national_id', 'insurance_number'])('no %s given twice', async column => {
    expect(await number(`select count(${column}) - count(distinct ${column}) from persons`)).toBe(0)
    expect(await number(`select count(${column}) from persons`)).toBeGreaterThan(0.9 * people)
  })

  it.each([
    ['households', 'ward_code', 'wards'],
    ['persons', 'ward_code', 'wards'],
    ['cards', 'facility_code', 'facilities'],
  ])('%s of which every %s is one of reference/%s.json', async (table, column, list) => {
    const codes = `(select unnest(${list}).code as code from read_json('${join(reference, list)}.json'))`
    expect(await number(`select count(*) from ${table} semi join ${codes} on ${column} = code`)).toBeGreaterThan(0)
    expect(await number(`select count(*) from ${table} anti join ${codes} on ${column} = code`)).toBe(0)
  })

  it('3.5 members a household', async () => {
    expect(await number('select count(*) / count(distinct household_id) from persons')).toBeCloseTo(3.5, 1)
  })
})

async function percentages(sql: string): Promise<Readonly<Record<string, number>>> {
  const answer = await duckdb.runAndReadAll(`select name, 100 * n / sum(n) over () from (${sql})`)
  return Object.fromEntries(answer.getRows().map(([name, percent]) => [String(name), Number(percent)]))
}

async function number(sql: string): Promise<number> {
  const answer = await duckdb.runAndReadAll(sql)
  return Number(answer.getRows()[0]?.[0])
}
