import { createHash } from 'node:crypto'
import type { Agreement } from './agreement.ts'
import { changeColumn, changeTypes } from './compact/change-types.ts'
import { type Column, type DatasetName, datasetNamed, datasetNames } from './datasets.ts'

export const exceptionsName = 'exceptions'

/** A file beside the manifest that says what the columns of a dataset are. */
export interface SchemaFile {
  readonly path: string
  readonly text: string
}

/** The schemas of all that a recipient's snapshots hold. */
export function snapshotSchemas(agreement: Agreement): readonly SchemaFile[] {
  const granted = datasetNames.filter(name => agreement.datasets[name])
  return [
    ...granted.map(name => schemaFile(name, columnsOf(agreement, name), datasetNamed(name).key)),
    exceptionsSchema(),
  ]
}

/** The same for its change sets: one column more, and nothing required but what a row that is gone still says. */
export function changeSchemas(agreement: Agreement): readonly SchemaFile[] {
  const granted = datasetNames.filter(name => agreement.datasets[name])
  const schemas = granted.map(name => {
    const { key } = datasetNamed(name)
    const kept = [...key, 'province_code']
    const columns = columnsOf(agreement, name).map(column => ({ ...column, required: kept.includes(column.name) }))
    return schemaFile(name, [...columns, changeTypeColumn], key)
  })
  return [...schemas, exceptionsSchema()]
}

function exceptionsSchema(): SchemaFile {
  return schemaFile(exceptionsName, exceptionColumns, ['dataset', 'person_id', 'province_code'])
}

export function fingerprint(schemas: readonly SchemaFile[]): string {
  return `sha256:${sha256Hex(schemas.map(({ text }) => text).join(''))}`
}

export function sha256Hex(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function schemaFile(name: string, columns: readonly Column[], primaryKey: readonly string[]): SchemaFile {
  return { path: `schemas/${name}.json`, text: `${JSON.stringify(tableSchema(columns, primaryKey), null, 2)}\n` }
}

/** Frictionless table schema of one dataset, with official names, sensitivity and code lists beside each column. */
export function tableSchema(columns: readonly Column[], primaryKey: readonly string[]) {
  return {
    $schema: 'https://datapackage.org/profiles/2.0/tableschema.json',
    fields: columns.map(({ name, type, required, en, vi, official, sensitivity, codes }) => ({
      name,
      type: schemaTypes[type],
      title: en,
      'handover:titleVi': vi,
      ...(official && { 'handover:official': official }),
      'handover:sensitivity': sensitivity,
      ...(codes && { 'handover:codes': codes }),
      constraints: { required },
    })),
    primaryKey,
  }
}

const schemaTypes = { text: 'string', day: 'date', integer: 'integer', instant: 'datetime' } as const

export const exceptionColumns: readonly Column[] = [
  {
    name: 'dataset',
    type: 'text',
    required: true,
    sensitivity: 'open',
    en: 'Dataset that the row is missing from',
    vi: 'Tập dữ liệu',
  },
  {
    name: 'person_id',
    type: 'text',
    required: true,
    sensitivity: 'personal',
    en: 'Person who is left out',
    vi: 'Người không bàn giao',
  },
  {
    name: 'province_code',
    type: 'text',
    required: true,
    sensitivity: 'open',
    en: 'Province of the rows that are left out',
    vi: 'Mã tỉnh của dữ liệu không bàn giao',
  },
  {
    name: 'reason',
    type: 'text',
    required: true,
    sensitivity: 'open',
    en: 'household-absent, or person-absent for contributions',
    vi: 'Lý do: không có hộ, hoặc không có người (quá trình đóng)',
  },
]

/** What a change set has beside the dataset's own columns. */
export const changeTypeColumn: Column = {
  name: changeColumn,
  type: 'text',
  required: true,
  sensitivity: 'open',
  en: `What became of the row: ${changeTypes.join(', ')}`,
  vi: 'Loại thay đổi của dòng: thêm, cập nhật hoặc xóa',
}

/** The columns that the agreement grants, in its order. */
export function columnsOf(agreement: Agreement, name: DatasetName): readonly Column[] {
  const granted = agreement.datasets[name] as readonly string[]
  return granted.map(column => datasetNamed(name).columns.find(({ name }) => name === column) as Column)
}
