import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { columnName } from '../../lambdas/registry/field.ts'
import { writeSmallParquet } from '../../lambdas/shared/small-parquet-files.ts'
import { askBangiao, runBangiao } from '../command.ts'
import { documented } from '../journeys/documented.ts'
import { folder } from '../local/service.ts'
import { feed, rejectsIn } from './intake-service.ts'
import { household, person } from './records.ts'

describe('bangiao intake', () => {
  it('takes feeds in, households first, and says what became of each', async () => {
    const dir = await folder()
    await writeFile(join(dir, 'households.ndjson'), feed('households', household()))
    await writeFile(join(dir, 'persons.ndjson'), feed('persons', person()))
    const none = { lines: 1, created: 1, changed: 0, unchanged: 0, older: 0, refused: 0 }

    expect(await askBangiao(dir, 'intake', 'persons.ndjson', 'households.ndjson')).toEqual({
      feeds: [
        { file: join(dir, 'households.ndjson'), kind: 'households', ...none },
        { file: join(dir, 'persons.ndjson'), kind: 'persons', ...none },
      ],
    })
  })

  it('takes CSV as well, and names a refused row by its number', async () => {
    const dir = await folder()
    await writeFile(join(dir, 'households.ndjson'), feed('households', household()))
    const { sourceTime, ...fields } = person()
    const row = { ...fields, sourceTime: new Date(sourceTime).toISOString() }
    const header = Object.keys(row).map(columnName)
    const values = Object.values(row).join(',')
    await writeFile(join(dir, 'persons.csv'), [header, values, `${values},one too many`].join('\n'))

    const answer = await askBangiao<{ feeds: readonly object[] }>(dir, 'intake', 'persons.csv', 'households.ndjson')
    expect(answer).toMatchObject({
      feeds: [{ created: 1 }, { file: join(dir, 'persons.csv'), lines: 2, created: 1, refused: 1 }],
    })
    expect(Object.keys(answer).sort()).toEqual(await documented('intake'))
    expect(Object.keys(answer.feeds[1] ?? {}).sort()).toEqual(await documented('intake', 'feeds'))
    expect(await rejectsIn(join(dir, 'persons.csv.rejects.parquet'))).toMatchObject([
      { line: '2', field: 'line', rule: 'one JSON object' },
    ])
  })

  it('shows the first ten refusals, keeps all of them beside the file, and ends with 1', async () => {
    const dir = await folder()
    const strays = Array.from({ length: 12 }, (_, at) => person({ personId: String(at).padStart(11, '0') }))
    await writeFile(join(dir, 'persons-2026.ndjson'), feed('persons', ...strays))

    const { code, stdout } = await runBangiao(dir, 'intake', 'persons-2026.ndjson')
    expect(code).toBe(1)
    expect(stdout.replaceAll(dir, '…')).toMatchInlineSnapshot(`
      "  feed                 lines  created  changed  unchanged  older  refused
        ───────────────────  ─────  ───────  ───────  ─────────  ─────  ───────
        persons-2026.ndjson     12        0        0          0      0       12

        file                 line  field         rule              shape of the value
        ───────────────────  ────  ────────────  ────────────────  ──────────────────
        persons-2026.ndjson  1     household_id  household-absent  9999999999
        persons-2026.ndjson  2     household_id  household-absent  9999999999
        persons-2026.ndjson  3     household_id  household-absent  9999999999
        persons-2026.ndjson  4     household_id  household-absent  9999999999
        persons-2026.ndjson  5     household_id  household-absent  9999999999
        persons-2026.ndjson  6     household_id  household-absent  9999999999
        persons-2026.ndjson  7     household_id  household-absent  9999999999
        persons-2026.ndjson  8     household_id  household-absent  9999999999
        persons-2026.ndjson  9     household_id  household-absent  9999999999
        persons-2026.ndjson  10    household_id  household-absent  9999999999
        … and 2 more

        all refusals in …/persons-2026.ndjson.rejects.parquet
      "
    `)
    expect(await rejectsIn(join(dir, 'persons-2026.ndjson.rejects.parquet'))).toHaveLength(12)
  })

  it('refuses a file that is not what its name says under line 0, with what to do, and ends with 1', async () => {
    const dir = await folder()
    await writeFile(join(dir, 'households.ndjson'), feed('households', household()))
    await writeFile(join(dir, 'persons.csv'), gzipSync(feed('persons', person())))
    await writeFile(join(dir, 'cards.parquet'), 'person_id\n')

    const { code, stdout } = await runBangiao(dir, 'intake', 'persons.csv', 'households.ndjson', 'cards.parquet')
    expect(code).toBe(1)
    expect(stdout.replaceAll(dir, '…')).toMatchInlineSnapshot(`
      "  feed               lines  created  changed  unchanged  older  refused
        ─────────────────  ─────  ───────  ───────  ─────────  ─────  ───────
        households.ndjson      1        1        0          0      0        0
        persons.csv            0        0        0          0      0        1
        cards.parquet          0        0        0          0      0        1

        file           line  field  rule                                                                                       shape of the value
        ─────────────  ────  ─────  ─────────────────────────────────────────────────────────────────────────────────────────  ──────────────────
        persons.csv    0     file   CSV, not gzip: unpack the file first
        cards.parquet  0     file   whole Parquet, which it is not from row 1 on: write it again, or name it after what it is

        all refusals in …/persons.csv.rejects.parquet
        all refusals in …/cards.parquet.rejects.parquet
      "
    `)
    expect(await rejectsIn(join(dir, 'persons.csv.rejects.parquet'))).toHaveLength(1)
  })

  it('takes a day without news, in every format', async () => {
    const dir = await folder()
    await writeFile(join(dir, 'households.ndjson'), '')
    await writeFile(join(dir, 'persons.csv'), 'person_id,full_name\n')
    await writeSmallParquet(join(dir, 'cards.parquet'), [{ name: 'person_id' }, { name: 'card_number' }], [])

    const { code, stdout } = await runBangiao(
      dir,
      ...['intake', 'households.ndjson', 'persons.csv', 'cards.parquet', '--json'],
    )
    const none = { lines: 0, created: 0, changed: 0, unchanged: 0, older: 0, refused: 0 }
    expect({ code, feeds: JSON.parse(stdout).feeds }).toEqual({
      code: 0,
      feeds: [
        { file: join(dir, 'households.ndjson'), kind: 'households', ...none },
        { file: join(dir, 'persons.csv'), kind: 'persons', ...none },
        { file: join(dir, 'cards.parquet'), kind: 'cards', ...none },
      ],
    })
  })

  it('names a file that is not there, and a folder, and begins nothing', async () => {
    const dir = await folder()
    expect(await runBangiao(dir, 'intake', 'persons.ndjson')).toEqual({
      code: 1,
      stdout: '',
      stderr: `ENOENT: nothing is at ${join(dir, 'persons.ndjson')}: check the name, or make it first\n`,
    })
    await mkdir(join(dir, 'persons.ndjson'))
    expect(await runBangiao(dir, 'intake', 'persons.ndjson')).toEqual({
      code: 2,
      stdout: '',
      stderr: `${join(dir, 'persons.ndjson')} is a folder: name the files in it\n`,
    })
    expect(await readdir(dir)).toEqual(['persons.ndjson'])
  })

  it.each(['people.ndjson', 'persons.ndjson.rejects.parquet'])(
    'wants files that are named after a kind, and none of its own rejects: not %s',
    async file => {
      const dir = await folder()
      expect(await runBangiao(dir, 'intake', file)).toMatchObject({
        code: 2,
        stderr: `${file}: the name must be households*, persons*, cards*, contributions*, ending in .ndjson, .csv, .parquet, but not in .rejects.parquet, which holds what was refused\n`,
      })
      expect(await runBangiao(dir, 'intake')).toMatchObject({ code: 2 })
    },
  )
})
