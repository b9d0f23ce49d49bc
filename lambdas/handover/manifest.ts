import { createHash } from 'node:crypto'
import { z } from 'zod'
import { type Agreement, agreement } from './agreement.ts'
import type { FinalFile } from './compact-engine.ts'
import { type Column, type DatasetName, datasetNamed, datasetNames } from './datasets.ts'
import { type Link, link } from './handover.ts'

export const manifestName = 'datapackage.json'
export const signatureName = 'datapackage.json.jws'
export const exceptionsName = 'exceptions'

/** Twelve digits, so that keys sort as numbers do. */
export function sequenceText(sequence: number): string {
  return String(sequence).padStart(12, '0')
}

export function snapshotPrefix(recipient: string, sequence: number): string {
  return `${recipient}/snapshots/${sequenceText(sequence)}`
}

const path = z
  .string()
  .regex(/^(?!.*(^|\/)\.\.?(\/|$))[^/~.\\\p{Cc}][^\\\p{Cc}]*$/u, { error: 'a path below the manifest' })
const listed = { path, bytes: z.int().min(0), hash: z.string().regex(/^sha256:[0-9a-f]{64}$/) }
const totals = z.strictObject({ rows: z.int().min(0), files: z.int().min(0), bytes: z.int().min(0) })

const resource = z.looseObject({
  name: z.string().regex(/^[a-z0-9_.-]+$/),
  ...listed,
  format: z.literal('parquet'),
  mediatype: z.literal('application/vnd.apache.parquet'),
  schema: path,
  'handover:dataset': z.enum([...datasetNames, exceptionsName]),
  'handover:kind': z.enum(['full', 'exceptions']),
  'handover:rowCount': z.int().min(0),
  'handover:partition': z.strictObject({ province: z.string().regex(/^[0-9]{2}$/) }).optional(),
})

/** A Frictionless Data Package v2 with what the handover adds to it. Unknown properties are for later versions, and pass. */
export const manifest = z.looseObject({
  $schema: z.literal('https://datapackage.org/profiles/2.0/datapackage.json'),
  name: z.string(),
  created: z.iso.datetime(),
  resources: z.array(resource).min(1).readonly(),
  handover: z.looseObject({
    manifestVersion: z.literal(1),
    recipient: z.string(),
    sequence: z.int().min(0),
    previous: link.nullable(),
    mode: z.literal('full'),
    /** The instant of the cut, and its day in Vietnam, as of which eligibility holds. */
    asOf: z.iso.datetime(),
    asOfDay: z.iso.date(),
    source: z.looseObject({ exportArn: z.string(), items: z.record(z.string(), z.int().min(0)) }),
    agreement,
    schemas: z.array(z.strictObject(listed)).readonly(),
    schemaFingerprint: z.string(),
    totals: z.partialRecord(z.enum(datasetNames), totals),
    exceptions: z.int().min(0),
    /** People who live in another province than their household: a move under way, handed over as it stands. */
    moving: z.int().min(0),
    retentionUntil: z.iso.date(),
  }),
})

export type Manifest = z.infer<typeof manifest>
export type Resource = z.infer<typeof resource>

export interface ManifestFacts {
  readonly agreement: Agreement
  readonly sequence: number
  readonly previous: Link | null
  readonly created: Date
  readonly asOf: Date
  readonly asOfDay: string
  readonly source: { readonly exportArn: string; readonly items: Readonly<Record<string, number>> }
  readonly files: readonly Omit<FinalFile, 'path' | 'recipient'>[]
  readonly exceptions: { readonly name: string; readonly bytes: number; readonly sha256: string; readonly rows: number }
  readonly moving: number
}

/** The manifest of one recipient's handover, and the schema files that it names. */
export function buildManifest(facts: ManifestFacts): {
  readonly manifest: Manifest
  readonly schemas: readonly SchemaFile[]
} {
  const { agreement, sequence } = facts
  const granted = datasetNames.filter(name => agreement.datasets[name])
  const schemas = [
    ...granted.map(name => schemaFile(name, columnsOf(agreement, name), datasetNamed(name).key)),
    exceptionsSchema(),
  ]
  const files = [...facts.files].sort((a, b) => a.name.localeCompare(b.name))
  return {
    schemas,
    manifest: {
      $schema: 'https://datapackage.org/profiles/2.0/datapackage.json',
      name: `bangiao-${agreement.recipient}-${sequenceText(sequence)}`,
      title: `Household health insurance for ${agreement.name.en}, as of ${facts.asOf.toISOString()}`,
      version: '1.0.0',
      created: facts.created.toISOString(),
      resources: [...files.map(dataResource), exceptionsResource(facts.exceptions)],
      handover: {
        manifestVersion: 1,
        recipient: agreement.recipient,
        sequence,
        previous: facts.previous,
        mode: 'full',
        asOf: facts.asOf.toISOString(),
        asOfDay: facts.asOfDay,
        source: facts.source,
        agreement,
        schemas: schemas.map(({ path, text }) => ({
          path,
          bytes: Buffer.byteLength(text),
          hash: `sha256:${sha256Hex(text)}`,
        })),
        schemaFingerprint: `sha256:${sha256Hex(schemas.map(({ text }) => text).join(''))}`,
        totals: Object.fromEntries(
          granted.map(name => [name, totalsOf(files.filter(({ dataset }) => dataset === name))]),
        ),
        exceptions: facts.exceptions.rows,
        moving: facts.moving,
        retentionUntil: retentionUntil(facts.asOf, agreement.retentionDays),
      },
    },
  }
}

export function manifestBytes(manifest: Manifest): Buffer {
  return Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)
}

export function sha256Hex(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

export interface SchemaFile {
  readonly path: string
  readonly text: string
}

/** Frictionless table schema of one dataset, with official names, sensitivity and code lists beside each column. */
function schemaFile(name: string, columns: readonly Column[], primaryKey: readonly string[]): SchemaFile {
  const schema = {
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
  return { path: `schemas/${name}.json`, text: `${JSON.stringify(schema, null, 2)}\n` }
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

function exceptionsSchema(): SchemaFile {
  return schemaFile(exceptionsName, exceptionColumns, ['dataset', 'person_id', 'province_code'])
}

function columnsOf(agreement: Agreement, name: DatasetName): readonly Column[] {
  const granted = agreement.datasets[name] as readonly string[]
  return granted.map(column => datasetNamed(name).columns.find(({ name }) => name === column) as Column)
}

function dataResource({ dataset, province, name, bytes, sha256, rows }: ManifestFacts['files'][number]): Resource {
  return {
    name: name.replace('.parquet', '').replace('province=', '').replaceAll('/', '-'),
    path: name,
    ...parquet,
    bytes,
    hash: `sha256:${sha256}`,
    schema: `schemas/${dataset}.json`,
    'handover:dataset': dataset,
    'handover:kind': 'full',
    'handover:rowCount': rows,
    'handover:partition': { province },
  }
}

function exceptionsResource({ name, bytes, sha256, rows }: ManifestFacts['exceptions']): Resource {
  return {
    name: exceptionsName,
    path: name,
    ...parquet,
    bytes,
    hash: `sha256:${sha256}`,
    schema: `schemas/${exceptionsName}.json`,
    'handover:dataset': exceptionsName,
    'handover:kind': 'exceptions',
    'handover:rowCount': rows,
  }
}

const parquet = { format: 'parquet', mediatype: 'application/vnd.apache.parquet' } as const

function totalsOf(files: readonly { readonly rows: number; readonly bytes: number }[]) {
  const sum = (of: 'rows' | 'bytes') => files.reduce((sum, file) => sum + file[of], 0)
  return { rows: sum('rows'), files: files.length, bytes: sum('bytes') }
}

function retentionUntil(asOf: Date, days: number): string {
  return new Date(asOf.getTime() + days * 86_400_000).toISOString().slice(0, 10)
}
