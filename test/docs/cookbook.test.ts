import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type Database, type Engine, openDatabase } from '../../lambdas/handover/engine/duckdb-engine.ts'
import type { ProvinceCode } from '../../lambdas/registry/provinces.ts'
import { wardsOf } from '../../lambdas/registry/wards.ts'
import { moh } from '../handover/convert/conversion.ts'
import type { DraftItem } from '../handover/convert/export-draft.ts'
import { folder } from '../local/service.ts'
import { twoHandovers } from './two-handovers.ts'

describe('docs/cookbook.md', () => {
  it('calls no function that only one of DuckDB and Athena has', async () => {
    for (const [question, sql] of await statements()) {
      const called = [...sql.matchAll(/\b([a-z_]+)\s*\(/gi)].map(([, name = '']) => name.toLowerCase())
      expect(
        called.filter(name => !inBoth.includes(name)),
        question,
      ).toEqual([])
    }
  })

  it('answers every question of a small nation', async () => {
    const covered = await ask('How many people are covered, province by province?')
    const uncovered = await ask('Why are the others not?')
    const people = sum(covered, 'people')
    const died = uncovered.find(({ reason }) => reason === 'died')?.people ?? 0
    expect(people + Number(died)).toBe(300)
    expect(sum(covered, 'covered') + sum(uncovered, 'people')).toBe(300)

    const ages = await ask('How old are the people without a card in force?')
    expect(ages.map(({ ages }) => ages)).toEqual(['00-05', '06-17', '18-59', '60+'])
    expect(sum(ages, 'people')).toBe(people)
    expect(sum(ages, 'without_card')).toBe(people - sum(covered, 'covered'))
    const children = await ask('Which children under six have no card?')
    expect(children).toHaveLength(Number(ages[0]?.without_card))

    const sizes = await ask('How large are households?')
    const households = await ask('In how many households is nobody covered, some, everybody?')
    expect(sizes.reduce((total, { members, households }) => total + Number(members) * Number(households), 0)).toBe(
      people,
    )
    expect(sum(households, 'people')).toBe(people)

    const facilities = await ask('Where are most people registered for care?')
    expect(facilities).toHaveLength(10)
    const levels = await ask('How many have each level of benefit, and how many have five years behind them?')
    expect(sum(levels, 'people')).toBe(sum(covered, 'covered'))
    const confirmed = await ask('How far has the population database confirmed identities?')
    expect(sum(confirmed, 'people')).toBe(people)
  })

  it('finds whose card ends soon, and who died with a card that nobody recalled', async () => {
    expect(await ask('Whose card ends within 30 days, and has no successor?')).toEqual([
      { province_code: '33', people: 1, first_day: '2026-12-01' },
      { province_code: '66', people: 1, first_day: '2026-11-24' },
      { province_code: '96', people: 1, first_day: '2026-12-14' },
    ])
    const dead = await ask('Who has died and still holds a card that nobody recalled?')
    expect(dead.find(({ person_id }) => person_id === chosen.dies)).toMatchObject({ died_on: '2026-11-20' })
  })

  it('finds what changed since the last handover, who moved, and whose cover ended by itself', async () => {
    const moved = ['delete', 'insert']
    const changes = await ask('What changed since the last handover?')
    expect(changes.map(({ dataset, _change_type, changes }) => `${dataset} ${_change_type} ${changes}`)).toEqual([
      ...moved.map(type => `cards ${type} 1`),
      ...moved.map(type => `eligibility ${type} 1`),
      'eligibility update_postimage 1',
      ...moved.map(type => `persons ${type} 1`),
    ])
    expect(await ask('Who moved to another province since?')).toEqual([
      { person_id: chosen.moves, moved_from: '33', moved_to: '79' },
    ])
    expect(await ask('Whose cover ended since, although nobody touched his record?')).toEqual([
      { reason: 'expired', people: 1 },
    ])
  })
})

const words = ['as', 'in', 'with', 'from', 'using', 'exists', 'filter']
const inBoth = ['count', 'sum', 'min', 'max', 'round', 'floor', 'year', 'month', 'day', 'coalesce', 'cast', ...words]

type Row = Readonly<Record<string, unknown>>

interface PersonItem {
  readonly PK: { readonly S: string }
  readonly SK: { readonly S: string }
  readonly provinceCode: { readonly S: string }
  readonly diedOn?: object
  readonly cards: { readonly L: readonly { readonly M: Readonly<Record<string, { readonly S: string }>> }[] }
}

/** Chosen people of the nation, by what becomes of them. */
const chosen = { moves: '', ends: '', expires: '', dies: '' }

/** One has a card that ends within 30 days, one a card that ended yesterday, one died with a card in force, and one moves to 79. */
function whatHappens(items: readonly DraftItem[]) {
  const people = (items as unknown as readonly PersonItem[]).filter(isPlain).map(({ PK }) => PK.S)
  for (const [at, name] of (Object.keys(chosen) as (keyof typeof chosen)[]).entries())
    chosen[name] = (people[at] as string).slice(2)
  const first = changing({
    [chosen.ends]: person => withLastDay(person, '2026-12-01'),
    [chosen.expires]: person => withLastDay(person, '2026-11-21'),
    [chosen.dies]: person => ({ ...person, diedOn: { S: '2026-11-20' } }),
  })
  const second = changing({
    [chosen.moves]: person => ({
      ...person,
      provinceCode: { S: '79' },
      formerProvinceCode: { S: '79' },
      wardCode: { S: wardsOf('79' as ProvinceCode)[0] },
    }),
  })
  return { first, second }
}

/** Alive, not in province 79, with one card that holds for years. */
function isPlain({ SK, diedOn, cards, provinceCode }: PersonItem): boolean {
  if (SK.S !== 'P' || diedOn || provinceCode.S === '79' || cards.L.length !== 1) return false
  const { validFrom, validTo, recalledOn } = cards.L[0]?.M ?? {}
  return !recalledOn && (validFrom?.S ?? '') < '2026-06-01' && (validTo?.S ?? '9999') > '2027-06-01'
}

function changing(changes: Readonly<Record<string, (person: PersonItem) => object>>) {
  return (item: DraftItem): DraftItem => {
    const person = item as unknown as PersonItem
    const change = person.SK.S === 'P' ? changes[person.PK.S.slice(2)] : undefined
    return change ? (change(person) as DraftItem) : item
  }
}

function withLastDay(person: PersonItem, day: string) {
  return { ...person, cards: { L: person.cards.L.map(({ M }) => ({ M: { ...M, validTo: { S: day } } })) } }
}

let opened: Promise<Engine> | undefined
let database: Database | undefined
afterAll(() => database?.close())

/** Asks a handover of a small nation, and the change set that leads to it, by a question's heading: as a recipient, and as in Athena. */
async function ask(question: string): Promise<readonly Row[]> {
  const sql = (await statements()).get(question)
  if (!sql) throw new Error(`docs/cookbook.md has no question '${question}'`)
  const rows = await rowsOf(sql)
  expect(await rowsOf(`${await inFront()}\n${sql}`), 'with the datasets in front').toEqual(rows)
  return rows
}

function engineOnce(): Promise<Engine> {
  opened ??= aNationToAsk()
  return opened
}

async function rowsOf(sql: string): Promise<readonly Row[]> {
  return (await (await engineOnce()).rows<Row>(sql)).map(row => Object.fromEntries(Object.entries(row).map(readable)))
}

function readable([column, value]: [string, unknown]): [string, unknown] {
  if (value instanceof Date) return [column, value.toISOString().slice(0, 10)]
  return [column, typeof value === 'bigint' ? Number(value) : value]
}

async function aNationToAsk(): Promise<Engine> {
  const dir = await folder()
  const { snapshot, changes } = await twoHandovers(dir, whatHappens)
  database = await openDatabase({ dir: join(dir, 'duckdb'), threads: 1, memoryLimit: '500MB' })
  const engine = await database.connect()
  const [ofSnapshot = '', ofChanges = ''] = await views()
  // As tables, since the files are gone after the first test
  const load = (view: string, dataset: string) =>
    engine.run(
      view
        .replace('VIEW', 'TABLE')
        .replaceAll('persons', dataset)
        .replace("'pulled", `'${snapshot}`)
        .replace("'changes", `'${changes}`),
    )
  for (const name of Object.keys(moh.datasets)) {
    await load(ofSnapshot, name)
    if (name !== 'households') await load(ofChanges, name)
  }
  await engine.run('CREATE SCHEMA bangiao_moh')
  for (const name of tables)
    await engine.run(`CREATE VIEW bangiao_moh.${name} AS SELECT *, '000000000012' AS sequence FROM main.${name}`)
  return engine
}

/** How the page says that DuckDB is pointed at a handover's folder, and at its change set's. */
async function views(): Promise<readonly string[]> {
  const [, block = ''] = /```sql\n([\s\S]*?)```/.exec(await page()) ?? []
  return block.trim().split('\n')
}

/** The page's example of datasets in front of a question, for all of them. */
async function inFront(): Promise<string> {
  const [, block = ''] = [...(await page()).matchAll(/```sql\n([\s\S]*?)```/g)].map(([, sql]) => sql)
  const [, example = ''] = /WITH (persons AS \(.*\)),/.exec(block) ?? []
  return `WITH ${tables.map(name => example.replaceAll('persons', name)).join(',\n')}`
}

const tables = Object.keys(moh.datasets).flatMap(name => (name === 'households' ? [name] : [name, `${name}_changes`]))

/** The statement under each heading. */
async function statements(): Promise<ReadonlyMap<string, string>> {
  const sections = (await page()).split(/^## /m).slice(1)
  return new Map(
    sections.map(section => [
      section.slice(0, section.indexOf('\n')),
      /```sql\n([\s\S]*?)```/.exec(section)?.[1] ?? '',
    ]),
  )
}

function sum(rows: readonly Row[], column: string): number {
  return rows.reduce((total, row) => total + Number(row[column]), 0)
}

function page(): Promise<string> {
  return readFile(join(import.meta.dirname, '../../docs/cookbook.md'), 'utf8')
}
