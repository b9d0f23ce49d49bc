import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { DuckDBInstance } from '@duckdb/node-api'
import { asyncBufferFromFile, parquetMetadataAsync } from 'hyparquet'
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

  it.each([
    ['LF among CRLF', '\r\n', ['\r\n', '\n', '\r\n', '\r\n']],
    ['CRLF below names in LF', '\n', ['\r\n', '\r\n', '\r\n', '\r\n']],
    ['LF below names in CRLF', '\r\n', ['\n', '\n', '\n', '\n']],
  ])('has every row, whichever of LF and CRLF ends it: %s', async (_, namesEnd, ends) => {
    const rows = ends.map((end, at) => `${at},"a\r\nb\nc","",ends here${end}`)
    const path = await written('persons.csv', `person_id,full_name,phone,address_line${namesEnd}${rows.join('')}`)

    expect(await lines(path)).toEqual(
      ends.map((_, at) => ({ person_id: String(at), full_name: 'a\r\nb\nc', address_line: 'ends here' })),
    )
  })

  it('has every row wherever the file is cut for reading', async () => {
    const rows = Array.from({ length: 200_000 }, (_, at) => `${at},"${'x'.repeat(at % 7)}"${at % 3 ? '\r\n' : '\n'}`)
    const path = await written('persons.csv', `person_id,full_name\n${rows.join('')}`)

    expect(await lines(path)).toMatchObject(rows.map((_, at) => ({ person_id: String(at) })))
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

  it.each([
    ['a quote within a value', 'A,An\nB,Nguy"ễn Văn Kín\nC,An\n', 2],
    ['something behind a closing quote', 'A,An\r\nB,"Nguyễn" Văn Kín\r\n', 2],
    ['a quote that never closes', 'A,"An\r\nAn"\nB,An\nC,"Nguyễn Văn Kín\nD,An\n', 3],
  ])('that breaks is named with its row and with what to do, and its values are not told: %s', async (_, rows, row) => {
    const path = await written('persons.csv', `person_id,full_name\n${rows}`)

    const reading = buffer(feedText(path))

    await expect(reading).rejects.toMatchObject({
      code: 'refused-file',
      message: `${path}: whole CSV, which it is not from row ${row} on: put a value with a quote in quotes, and double the quote`,
    })
  })

  it.each([
    ['UTF-16', Buffer.from('\ufeffperson_id,full_name\nA,An\n', 'utf16le')],
    ['Latin-1', Buffer.from('person_id,full_name\nA,Hoà\n', 'latin1')],
    ['UTF-8 that breaks off', Buffer.from('person_id,full_name\nA,Hoà').subarray(0, -1)],
  ])('in another encoding is not read: %s', async (_, bytes) => {
    const path = await written('persons.csv', bytes)

    await expect(buffer(feedText(path))).rejects.toMatchObject({
      code: 'refused-file',
      message: `${path}: CSV in UTF-8: save it in UTF-8`,
    })
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

  await expect(buffer(feedText(path))).rejects.toThrow('persons.csv: no first row that names the fields')
})

const broken = 'write it again, or name it after what it is'

it.each([
  ['persons.csv', gzipSync('person_id\n'), 'CSV, not gzip: unpack the file first'],
  ['persons.csv', Buffer.from('PAR1\u0015\u0004'), 'CSV, not Parquet: name the file .parquet'],
  ['persons.parquet', gzipSync('person_id\n'), 'Parquet, not gzip: unpack the file first'],
  ['persons.parquet', Buffer.from('person_id,full_name\n'), `whole Parquet, which it is not from row 1 on: ${broken}`],
  ['persons.parquet', Buffer.of(), `whole Parquet, which it is not from row 1 on: ${broken}`],
])('what is not what its name says is named with what to do: %s (%#)', async (name, bytes, rule) => {
  const path = await written(name, bytes)

  await expect(buffer(feedText(path))).rejects.toMatchObject({ code: 'refused-file', message: `${path}: ${rule}` })
})

it.each(['csv', 'parquet'])('what the operating system refuses is passed on as that: .%s', async ending => {
  const path = join(await folder(), `persons.${ending}`)
  await expect(buffer(feedText(path))).rejects.toMatchObject({ code: 'ENOENT', path })
  await mkdir(path)
  await expect(buffer(feedText(path))).rejects.toMatchObject({ code: 'EISDIR' })
})

describe('Parquet', () => {
  it('that breaks in its middle is named with the first row that is lost', async () => {
    const path = join(await folder(), 'persons.parquet')
    const run = await database()
    await run(
      `COPY (SELECT range::VARCHAR AS person_id FROM range(5000)) TO '${path}' (FORMAT parquet, COMPRESSION gzip, ROW_GROUP_SIZE 2048)`,
    )
    const { row_groups } = await parquetMetadataAsync(await asyncBufferFromFile(path))
    const at = Number(row_groups[1]?.columns[0]?.meta_data?.data_page_offset)
    const bytes = await readFile(path)
    bytes.fill(0xff, at, at + 100)
    await writeFile(path, bytes)

    await expect(buffer(feedText(path))).rejects.toMatchObject({
      code: 'refused-file',
      message: `${path}: whole Parquet, which it is not from row 2049 on: ${broken}`,
    })
  })
})

it('Parquet may hold whole numbers as text, up to the most that a feed has', async () => {
  const path = join(await folder(), 'contributions.parquet')
  await writeSmallParquet(
    path,
    [{ name: 'salary_base' }],
    [{ salary_base: '5310000' }, { salary_base: '1000000000' }, { salary_base: '5.31' }],
  )

  expect(await lines(path)).toEqual([
    { salary_base: 5_310_000 },
    { salary_base: 1_000_000_000 },
    { salary_base: '5.31' },
  ])
})

it('Parquet with a column that its feed does not have is not read', async () => {
  const path = join(await folder(), 'persons.parquet')
  await writeSmallParquet(path, rejectColumns, [{ line: '1', field: 'sex', rule: 'a rule', value: 'x' }])

  await expect(buffer(feedText(path))).rejects.toThrow('persons.parquet: column 1, 2, 3, 4 is none of persons')
})

async function written(name: string, text: string | Buffer): Promise<string> {
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
