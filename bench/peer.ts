import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { constants, createGunzip, zstdCompressSync } from 'node:zlib'
import type { SchemaElement } from 'hyparquet'
import { fileWriter, parquetWrite } from 'hyparquet-writer'
import parquetjs from 'parquetjs-lite'
import { coverageOn } from '../lambdas/checkin/coverage.ts'
import { agreementWith } from '../lambdas/handover/agreements.ts'
import { type Column, type DatasetName, datasetNamed, datasetNames } from '../lambdas/handover/datasets.ts'
import { birthPrecision, firstBirthDay } from '../lambdas/registry/birth-date.ts'
import { cardNumberParts } from '../lambdas/registry/card-number.ts'
import type { Day } from '../lambdas/registry/day.ts'
import { columnName } from '../lambdas/registry/field.ts'
import { type RegistryItem, readHousehold, readPerson } from '../lambdas/registry/items.ts'
import { sha256Of } from '../lambdas/shared/digest-files.ts'
import { usageSince } from '../local/process-usage.ts'

/**
 * The converter's job done with a writer of Parquet in JavaScript: the same nested export, the same datasets and columns, by
 * province, sorted, hashed and listed. It checks no types.
 */
const [writer = '', exportDir = '', outDir = ''] = process.argv.slice(2)
const day = '2026-11-22' as Day
type Row = Record<string, string | number | Date | undefined>

async function convert() {
  const tables = new Map<string, Row[]>()
  const put = (dataset: DatasetName, province: string, row: Row) => {
    const name = `${dataset}/province=${province}`
    const table = tables.get(name)
    if (table) table.push(row)
    else tables.set(name, [row])
  }
  for (const path of await dataFiles()) await readItems(path, put)
  const rows: Record<string, number> = {}
  const listed: object[] = []
  for (const [name, table] of tables) {
    const dataset = name.split('/')[0] as DatasetName
    rows[dataset] = (rows[dataset] ?? 0) + table.length
    listed.push(await writeTable(dataset, name, table))
  }
  await writeFile(join(outDir, 'files.json'), JSON.stringify(listed))
  return { rows, bytes: listed.reduce((sum, file) => sum + (file as { bytes: number }).bytes, 0) }
}

async function dataFiles(): Promise<readonly string[]> {
  const names = await readdir(exportDir, { recursive: true })
  return names.filter(name => name.endsWith('.json.gz')).map(name => join(exportDir, name))
}

async function readItems(path: string, put: (dataset: DatasetName, province: string, row: Row) => void) {
  createHash('md5')
    .update(await readFile(path))
    .digest('base64')
  for await (const line of createInterface({
    input: createReadStream(path).pipe(createGunzip()),
    crlfDelay: Infinity,
  })) {
    const { Item } = JSON.parse(line) as { Item: RegistryItem }
    const kind = (Item.SK as { S: string }).S
    if (kind === 'H') {
      const household = readHousehold(Item)
      put('households', household.provinceCode, columns(household))
    } else if (kind === 'P') {
      const { person, cards } = readPerson(Item)
      const { personId, wardCode, provinceCode, birthDate } = person
      put('persons', provinceCode, {
        ...columns(person),
        birth_date: new Date(firstBirthDay(birthDate)),
        birth_date_precision: birthPrecision(birthDate),
      })
      const holder = { person_id: personId, ward_code: wardCode, province_code: provinceCode }
      for (const card of cards) {
        const { objectCode, printedLevel } = cardNumberParts(card.cardNumber)
        put('cards', provinceCode, {
          ...columns(card),
          ...holder,
          object_code: objectCode,
          printed_level: printedLevel,
        })
      }
      const coverage = coverageOn({ cards, diedOn: person.diedOn }, day)
      const held =
        coverage.reason === 'in-force'
          ? {
              ...columns(coverage.card),
              object_code: cardNumberParts(coverage.card.cardNumber).objectCode,
              level: coverage.level,
            }
          : {}
      put('eligibility', provinceCode, { ...held, ...holder, reason: coverage.reason })
    }
  }
}

const days = new Set(
  datasetNames
    .flatMap(name => datasetNamed(name).columns)
    .filter(({ type }) => type === 'day')
    .map(({ name }) => name),
)

function columns(record: object): Row {
  const row: Row = {}
  for (const [name, value] of Object.entries(record)) {
    const column = columnName(name)
    row[column] = days.has(column) ? new Date(value as string) : (value as string | number)
  }
  return row
}

const agreement = agreementWith('moh')
async function writeTable(dataset: DatasetName, name: string, rows: Row[]) {
  const { order, columns } = datasetNamed(dataset)
  rows.sort((a, b) => {
    for (const column of order) {
      const [one, other] = [a[column] as string, b[column] as string]
      if (one !== other) return one < other ? -1 : 1
    }
    return 0
  })
  const granted = (agreement.datasets[dataset] ?? []).map(
    name => columns.find(column => column.name === name) as Column,
  )
  const dir = join(outDir, name)
  await mkdir(dir, { recursive: true })
  const path = join(dir, 'part-00000.parquet')
  await (writer === 'hyparquet-writer' ? writeWithHyparquet : writeWithParquetjs)(path, granted, rows)
  return { path, rows: rows.length, bytes: (await stat(path)).size, sha256: await sha256Of(path) }
}

const rowGroupRows = 122_880

/** In snappy, since it has no zstd. */
async function writeWithParquetjs(path: string, columns: readonly Column[], rows: readonly Row[]) {
  const types = { text: 'UTF8', day: 'DATE', integer: 'INT32', instant: 'TIMESTAMP_MILLIS' } as const
  const schema = new parquetjs.ParquetSchema(
    Object.fromEntries(
      columns.map(({ name, type, required }) => [
        name,
        { type: types[type], optional: !required, compression: 'SNAPPY' },
      ]),
    ),
  )
  const file = await parquetjs.ParquetWriter.openFile(schema, path)
  file.setRowGroupSize(rowGroupRows)
  for (const row of rows) await file.appendRow(row)
  await file.close()
}

/** In zstd of level 1, as ours. */
async function writeWithHyparquet(path: string, columns: readonly Column[], rows: readonly Row[]) {
  const types: Readonly<Record<Column['type'], Omit<SchemaElement, 'name'>>> = {
    text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
    day: { type: 'INT32', converted_type: 'DATE' },
    integer: { type: 'INT32' },
    instant: {
      type: 'INT64',
      converted_type: 'TIMESTAMP_MICROS',
      logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' },
    },
  }
  const fields = columns.map(({ name, type, required }) => {
    const repetition_type = required ? ('REQUIRED' as const) : ('OPTIONAL' as const)
    return { name, ...types[type], repetition_type }
  })
  const fastest = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }
  await parquetWrite({
    writer: fileWriter(path),
    schema: [{ name: 'root', num_children: fields.length }, ...fields],
    columnData: columns.map(({ name }) => ({ name, data: rows.map(row => row[name] ?? null) })),
    codec: 'ZSTD',
    compressors: { ZSTD: (bytes: Uint8Array) => zstdCompressSync(bytes, fastest) },
    rowGroupSize: rowGroupRows,
  })
}

const started = performance.now()
const { rows, bytes } = await convert()
console.log(
  JSON.stringify({
    rows,
    bytes,
    ...usageSince(started),
  }),
)
