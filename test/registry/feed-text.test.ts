import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { DuckDBInstance } from '@duckdb/node-api'
import { describe, expect, it, onTestFinished } from 'vitest'
import { feedKinds } from '../../lambdas/registry/feeds.ts'
import { rejectColumns } from '../../lambdas/registry/rejects.ts'
import { writeSmallParquet } from '../../lambdas/shared/small-parquet-files.ts'
import { feedText } from '../../local/feed-text.ts'
import { writeFeedFiles } from '../../local/nation/feed-files.ts'
import { day } from '../local/nation/days.ts'
import { folder } from '../local/service.ts'

const formats = [
  ['csv', 'FORMAT csv, HEADER'],
  ['csv', `FORMAT csv, HEADER, DELIMITER ';'`],
  ['parquet', 'FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 2048'],
  ['parquet', 'FORMAT parquet, COMPRESSION zstd'],
  ['parquet', 'FORMAT parquet, COMPRESSION gzip'],
] as const

describe('a feed in another format', () => {
  it.each(formats)('reads as its NDJSON does: %s (%s)', async (ending, options) => {
    const dir = await folder()
    const { files } = await writeFeedFiles({ people: 3_000, seed: 5, today: day('2026-11-22') }, dir)
    const run = await database()
    for (const [at, kind] of feedKinds.entries()) {
      // A type of its own for what is a date, a number and an instant, as whoever exports from a database would have it
      const typed =
        ending === 'parquet' ? 'auto_detect = true' : `columns = {${await textColumns(run, files[at] ?? '')}}`
      await run(
        `COPY (FROM read_json('${files[at]}', format = 'newline_delimited', ${typed})) TO '${dir}/${kind}.${ending}' (${options})`,
      )

      expect(await records(join(dir, `${kind}.${ending}`))).toEqual(await records(files[at] ?? ''))
    }
  })
})

describe('CSV', () => {
  it('keeps quoted commas, quotes and line ends, and leaves out what is empty', async () => {
    const path = await written('households.csv', 'household_id,address_line,state\n1,"a, ""b""\nc",\n')

    expect(await lines(path)).toEqual([{ household_id: '1', address_line: 'a, "b"\nc' }])
  })

  it('may begin with a byte order mark and end its lines as Windows does', async () => {
    const path = await written('persons.csv', '\ufeffperson_id,household_order\r\nA,2\r\n')

    expect(await lines(path)).toEqual([{ person_id: 'A', household_order: 2 }])
  })

  it('leaves a number that is none as it is, for the feed to refuse', async () => {
    const path = await written('persons.csv', 'person_id,household_order\nA,1.5\nB,01\nC,two\n')

    expect((await lines(path)).map(row => (row as { household_order: unknown }).household_order)).toEqual([
      '1.5',
      '01',
      'two',
    ])
  })

  it('gives a row with a value too many or too few as a list, which no feed takes', async () => {
    const path = await written('persons.csv', 'person_id,sex\nA\nB,1,2\nC,1\n')

    expect(await lines(path)).toEqual([['A'], ['B', '1', '2'], { person_id: 'C', sex: '1' }])
  })

  it('without a row of names is named with the places of its columns, and the person in its first row is not told', async () => {
    const row = '0123456789A,Nguyễn Văn Kín,001190000001,1990-02-03'
    const path = await written('persons.csv', `${row}\n${row}\n`)

    const reading = buffer(feedText(path))

    await expect(reading).rejects.toThrow(
      /persons\.csv: column 1, 2, 3, 4 is none of persons, or is there twice; name each/,
    )
    await expect(reading).rejects.not.toThrow(/Kín|0011|1990/)
  })

  it.each([
    ['in another spelling', 'person_id,fullName', 2],
    ['of another feed', 'household_order,card_number', 2],
    ['twice', 'full_name,person_id,full_name', 3],
    ['without a name', 'person_id,sex,', 3],
  ])('with a column %s is not read', async (_, names, at) => {
    const path = await written('persons.csv', `${names}\n`)

    await expect(buffer(feedText(path))).rejects.toThrow(`persons.csv: column ${at} is none of persons`)
  })

  it('that is broken is named with its line, and its values are not told', async () => {
    const path = await written('persons.csv', 'person_id,full_name\nA,Nguy"ễn Văn Kín\n')

    const reading = buffer(feedText(path))

    await expect(reading).rejects.toThrow(/persons\.csv is not whole CSV: \w+ in line \d+$/)
    await expect(reading).rejects.not.toThrow('Kín')
    await expect(reading).rejects.toMatchObject({ code: 'unreadable-feed' })
  })
})

it.each(['csv', 'parquet'])('a file without a row is a feed without a line: .%s', async ending => {
  const path = join(await folder(), `persons.${ending}`)
  if (ending === 'csv') await writeFile(path, 'person_id,sex\n')
  else await writeSmallParquet(path, [{ name: 'person_id' }, { name: 'sex' }], [])

  expect(await lines(path)).toEqual([])
})

it('CSV without a row of names is none', async () => {
  const path = await written('persons.csv', '')

  await expect(buffer(feedText(path))).rejects.toMatchObject({
    code: 'wrong-columns',
    message: expect.stringContaining('persons.csv: no first row that names the fields'),
  })
})

it('what is called Parquet and is none is named', async () => {
  const path = await written('persons.parquet', 'person_id,full_name\n')

  await expect(buffer(feedText(path))).rejects.toThrow(/persons\.parquet is not whole Parquet$/)
})

it('Parquet with a column that its feed does not have is not read', async () => {
  const path = join(await folder(), 'persons.parquet')
  await writeSmallParquet(path, rejectColumns, [{ line: '1', field: 'sex', rule: 'a rule', value: 'x' }])

  await expect(buffer(feedText(path))).rejects.toThrow('persons.parquet: column 1, 2, 3, 4 is none of persons')
})

async function written(name: string, text: string): Promise<string> {
  const path = join(await folder(), name)
  await writeFile(path, text)
  return path
}

async function lines(path: string): Promise<readonly unknown[]> {
  const text = (await buffer(feedText(path))).toString()
  return text
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line))
}

/** Without nulls, which say the same as an absent field, and without the milliseconds that an instant may leave out. */
async function records(path: string): Promise<readonly unknown[]> {
  const instant = (value: unknown) => (typeof value === 'string' ? value.replace(/\.000Z$/, 'Z') : value)
  return (await lines(path)).map(row =>
    Object.fromEntries(
      Object.entries(row as object)
        .filter(([, value]) => value !== null)
        .map(([name, value]) => [name, instant(value)])
        .sort(),
    ),
  )
}

async function database() {
  const instance = await DuckDBInstance.create()
  const connection = await instance.connect()
  onTestFinished(() => {
    connection.closeSync()
    instance.closeSync()
  })
  return async (sql: string) => (await connection.runAndReadAll(sql)).getRowObjectsJS()
}

async function textColumns(run: (sql: string) => Promise<readonly object[]>, path: string): Promise<string> {
  const columns = await run(`DESCRIBE FROM read_json('${path}', format = 'newline_delimited')`)
  return columns.map(column => `'${(column as { column_name: string }).column_name}': 'VARCHAR'`).join(', ')
}
