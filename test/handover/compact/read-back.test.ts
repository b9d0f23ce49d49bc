import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SchemaElement } from 'hyparquet'
import parquetjs from 'parquetjs-lite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Agreement, codecs } from '../../../lambdas/handover/agreement.ts'
import { agreementWith } from '../../../lambdas/handover/agreements.ts'
import { type DatasetName, datasetNames } from '../../../lambdas/handover/datasets.ts'
import type { Manifest } from '../../../lambdas/handover/manifest.ts'
import { writeNationExport } from '../../../local/nation/export-directory.ts'
import { convert, moh } from '../convert/conversion.ts'
import { today } from '../convert/export-draft.ts'
import { type ReadBack, type Row, readBack } from '../parquet-rows.ts'
import { populationOf, receivedRows, withheldValues } from './expected-rows.ts'

/** Some provinces, few columns, nothing that names anybody. */
const statistics: Agreement = {
  ...moh,
  recipient: 'statistics',
  codec: 'snappy',
  rows: { provinceCodes: ['01', '33', '79'] },
  datasets: {
    households: ['province_code', 'ward_code', 'household_id', 'state'],
    persons: ['person_id', 'household_order', 'birth_date', 'birth_date_precision', 'sex', 'province_code'],
    eligibility: ['person_id', 'province_code', 'reason', 'level', 'valid_to'],
  },
}

/** Cards of everybody but those who ever held one of the armed forces or of the poor. */
const cardholders: Agreement = {
  ...moh,
  recipient: 'cardholders',
  codec: 'gzip',
  rows: { exceptHoldersOf: ['QN', 'CA', 'HN'] },
  datasets: {
    cards: [...(moh.datasets.cards ?? [])],
    eligibility: ['person_id', 'province_code', 'reason', 'card_number'],
  },
}

const agreements = [moh, statistics, cardholders, agreementWith('labour')]
const nationOptions = { people: 1500, seed: 11, today }
const population = populationOf(nationOptions)
let dir: string
let manifests: readonly Manifest[]

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'bangiao-'))
  await writeNationExport(nationOptions, { dir: join(dir, 'export'), files: 3 })
  manifests = await Promise.all(
    agreements.map(agreement => convert(join(dir, 'export'), join(dir, agreement.recipient), { agreement })),
  )
})
afterAll(() => rm(dir, { recursive: true }))

describe.each(agreements)('what $recipient receives in $codec', agreement => {
  const granted = datasetNames.filter(name => agreement.datasets[name])

  it.each(granted)('holds every row and cell of %s that it must, and nothing beside', async dataset => {
    const rows = receivedRows(agreement, population, today)[dataset] ?? []
    const byProvince = Map.groupBy(rows, ({ province_code }) => province_code as string)
    const files = await filesOf(agreement, dataset)

    expect(files.map(({ province }) => province)).toEqual([...byProvince.keys()].sort())
    for (const { province, rows } of files) expect(rows).toEqual(byProvince.get(province))
  })

  it.each(granted)('has the columns of %s in their types and order, and none called province', async dataset => {
    for (const { metadata } of await filesOf(agreement, dataset)) {
      const columns = metadata.schema.slice(1)
      expect(columns.map(({ name }) => name)).toEqual(agreement.datasets[dataset])
      for (const { name, type, converted_type, logical_type } of columns) {
        expect([name, { type, converted_type, logical_type }]).toEqual([name, parquetType(name)])
      }
    }
  })

  it('is compressed as agreed, in every column of every file', async () => {
    const files = (await Promise.all(granted.map(dataset => filesOf(agreement, dataset)))).flat()
    const chunks = files.flatMap(({ metadata }) => metadata.row_groups.flatMap(({ columns }) => columns))

    expect(chunks.length).toBeGreaterThan(files.length)
    expect([...new Set(chunks.map(({ meta_data }) => meta_data?.codec))]).toEqual([agreement.codec.toUpperCase()])
  })

  it('says nothing of what is withheld, anywhere in its bytes', async () => {
    const files = (await Promise.all(granted.map(dataset => filesOf(agreement, dataset)))).flat()
    const everything = Buffer.concat(files.flatMap(({ bytes, pages }) => [bytes, ...pages]))

    const withheld = withheldValues(agreement, population, today)
    expect(withheld.length).toBeGreaterThan(500)
    expect(withheld.filter(value => everything.includes(value))).toEqual([])
  })
})

describe('an older reader', () => {
  const readable = agreements.filter(({ codec }) => codec !== 'zstd')

  it.each(readable)('reads the same from $recipient’s files in $codec', async agreement => {
    for (const dataset of datasetNames.filter(name => agreement.datasets[name])) {
      const files = await filesOf(agreement, dataset)
      const rows = (await Promise.all(files.map(({ path }) => readByParquetjs(path)))).flat()

      expect(rows.map(asText)).toEqual(files.flatMap(({ rows }) => rows.map(asText)))
      expect(rows.length).toBeGreaterThan(50)
    }
  })
})

it('every codec has been seen', () => {
  expect(new Set(agreements.map(({ codec }) => codec))).toEqual(new Set(codecs))
})

interface ReceivedFile extends ReadBack {
  readonly path: string
  readonly province: string
  readonly bytes: Buffer
}

/** In the order of the provinces. */
function filesOf(agreement: Agreement, dataset: DatasetName): Promise<readonly ReceivedFile[]> {
  const { resources } = manifests[agreements.indexOf(agreement)] as Manifest
  const listed = resources.filter(resource => resource['handover:dataset'] === dataset)
  return Promise.all(
    listed.map(async ({ path, 'handover:partition': partition }) => {
      const province = partition?.province ?? ''
      expect(path).toMatch(`${dataset}/province=${province}/part-00000-`)
      const file = join(dir, agreement.recipient, path)
      return { path: file, province, bytes: await readFile(file), ...(await readBack(file)) }
    }),
  )
}

const days = /^(birth_date|first_month|last_month|valid_from|valid_to|five_years_from|.*_on)$/
const integers = /^(household_order|enrolment_order|contribution_share|salary_base|level|printed_level)$/

function parquetType(column: string): Pick<SchemaElement, 'type' | 'converted_type'> {
  if (days.test(column)) return { type: 'INT32', converted_type: 'DATE' }
  if (integers.test(column)) return { type: 'INT32', converted_type: 'INT_32' }
  return { type: 'BYTE_ARRAY', converted_type: 'UTF8' }
}

async function readByParquetjs(path: string): Promise<readonly Row[]> {
  const reader = await parquetjs.ParquetReader.openFile(path)
  const cursor = reader.getCursor()
  const rows: Row[] = []
  for (let row = await cursor.next(); row; row = await cursor.next()) rows.push(row)
  await reader.close()
  return rows
}

/** parquetjs-lite leaves nulls out, and gives integers as text where they come from a dictionary. */
function asText(row: Row): Row {
  const cells = Object.entries(row).filter(([, value]) => value !== null)
  return Object.fromEntries(cells.map(([name, value]) => [name, typeof value === 'number' ? String(value) : value]))
}
