import { z } from 'zod'
import { type Agreement, statedAgreement } from './agreement.ts'
import type { PlacedChanges, PlacedFile } from './compact/placed-file.ts'
import { type DatasetName, datasetNames } from './datasets.ts'
import { type Link, link } from './handover.ts'
import { datasetText } from './names.ts'
import { changeSchemas, exceptionsName, fingerprint, type SchemaFile, sha256Hex, snapshotSchemas } from './schemas.ts'

export const manifestName = 'datapackage.json'
export const signatureName = 'datapackage.json.jws'

/** Twelve digits, so that keys sort as numbers do. */
export function sequenceText(sequence: number): string {
  return String(sequence).padStart(12, '0')
}

/** The two forms of what is published: all rows as they stand, and what became of them since the recipient's snapshot before. */
export type PackageForm = 'snapshots' | 'changes'

export function packagePrefix(form: PackageForm, recipient: string, sequence: number): string {
  return `${recipient}/${form}/${sequenceText(sequence)}`
}

/** Of a file below the manifest that names it. */
export const relativePath = z
  .string()
  .regex(/^(?!.*(^|\/)\.\.?(\/|$))[^/~.\\\p{Cc}][^\\\p{Cc}]*$/u, { error: 'a path below the manifest' })
const count = z.int().min(0)
const listed = { path: relativePath, bytes: count, hash: z.string().regex(/^sha256:[0-9a-f]{64}$/) }

export const resource = z.looseObject({
  name: z.string().regex(/^[a-z0-9_.-]+$/),
  ...listed,
  format: z.literal('parquet'),
  mediatype: z.literal('application/vnd.apache.parquet'),
  schema: relativePath,
  /** One that this version knows, `exceptions`, or one of a later version. */
  'handover:dataset': datasetText,
  'handover:kind': z.enum(['full', 'changes', 'exceptions']),
  'handover:rowCount': count,
  'handover:partition': z.object({ province: z.string().regex(/^[0-9]{2}$/) }).optional(),
})

/** Without what a later version adds to a link: a recipient keeps it as it was read. */
const namedLink = z.object(link.shape)

const handover = {
  manifestVersion: z.literal(1),
  recipient: z.string(),
  sequence: count,
  /** The recipient's snapshot before this one. */
  previous: namedLink.nullable(),
  /** The instant of the cut, and its day in Vietnam, as of which eligibility holds. */
  asOf: z.iso.datetime(),
  asOfDay: z.iso.date(),
  source: z.looseObject({ exportArns: z.array(z.string()).min(1).readonly(), items: z.record(z.string(), count) }),
  agreement: statedAgreement,
  schemas: z.array(z.object(listed)).readonly(),
  schemaFingerprint: z.string(),
  /** Rows that are left out since something they point at is absent. */
  exceptions: count,
  retentionUntil: z.iso.date(),
}

const dataPackage = {
  $schema: z.literal('https://datapackage.org/profiles/2.0/datapackage.json'),
  name: z.string(),
  created: z.iso.datetime(),
  resources: z.array(resource).min(1).readonly(),
}

/** Why a snapshot begins anew, without a change set from the one before it. */
export const rebaselines = ['first', 'agreement-changed', 'gap'] as const
export type Rebaseline = (typeof rebaselines)[number]

/**
 * A Frictionless Data Package v2 with what the handover adds to it, as its readers rely on it: whatever a later version adds, datasets
 * and columns too, passes while `manifestVersion` is the same.
 */
export const snapshotManifest = z.looseObject({
  ...dataPackage,
  handover: z.looseObject({
    ...handover,
    /** How the cut was taken: from an export of the whole table, or of what changed. */
    mode: z.enum(['full', 'delta']),
    /** The manifest of the change set that leads here from the previous snapshot, */
    changes: namedLink.nullable(),
    /** or why there is none: the chain begins anew. */
    rebaseline: z.enum(rebaselines).nullable(),
    totals: z.record(datasetText, z.object({ rows: count, files: count, bytes: count })),
    /** People who live in another province than their household: a move under way, handed over as it stands. */
    moving: count,
    /** Households whose head is not among their people, handed over as they stand. Older handovers do not say. */
    headAbsent: count.optional(),
  }),
})

/** The same of a change set. */
export const changeManifest = z.looseObject({
  ...dataPackage,
  handover: z.looseObject({
    ...handover,
    mode: z.literal('changes'),
    previous: namedLink,
    totals: z.record(
      datasetText,
      z.object({
        inserts: count,
        updates: count,
        deletes: count,
        /** Of the snapshot that results. */
        resultingRows: count,
        files: count,
        bytes: count,
      }),
    ),
  }),
})

/** Of a snapshot: it is the one that is chained. */
export type Manifest = z.infer<typeof snapshotManifest>
export type ChangeManifest = z.infer<typeof changeManifest>
export type AnyManifest = Manifest | ChangeManifest
export type Resource = z.infer<typeof resource>

export function isChangeManifest(manifest: AnyManifest): manifest is ChangeManifest {
  return manifest.handover.mode === 'changes'
}

const anyManifest = z.union([snapshotManifest, changeManifest])

/** None when the bytes are no manifest of ours. Whose they are is for the signature to say. */
export function readManifest(bytes: Uint8Array): AnyManifest | undefined {
  try {
    return anyManifest.safeParse(JSON.parse(Buffer.from(bytes).toString())).data
  } catch {
    return undefined
  }
}

/** A file that a manifest names. */
export interface Listed {
  readonly path: string
  readonly bytes: number
  /** `sha256:` and hex. */
  readonly hash: string
  /** Absent for what is no Parquet file. */
  readonly rows?: number
}

export function listedFiles({ resources, handover }: AnyManifest): readonly Listed[] {
  const data = resources.map(({ path, bytes, hash, 'handover:rowCount': rows }) => ({ path, bytes, hash, rows }))
  return [...data, ...handover.schemas]
}

/** What both forms of one recipient's handover say. */
export interface HandoverFacts {
  readonly agreement: Agreement
  readonly sequence: number
  readonly previous: Link | null
  readonly created: Date
  readonly asOf: Date
  readonly asOfDay: string
  readonly exceptions: { readonly name: string; readonly bytes: number; readonly sha256: string; readonly rows: number }
  readonly source: { readonly exportArns: readonly string[]; readonly items: Readonly<Record<string, number>> }
}

export interface SnapshotFacts {
  readonly mode: Manifest['handover']['mode']
  readonly changes: Link | null
  readonly rebaseline: Manifest['handover']['rebaseline']
  readonly files: readonly Omit<PlacedFile, 'recipient'>[]
  readonly moving: number
  readonly headAbsent: number
}

export interface ChangeFacts {
  readonly previous: Link
  readonly files: readonly Omit<PlacedChanges, 'recipient'>[]
  /** By dataset, of the snapshot that results. */
  readonly resultingRows: Readonly<Partial<Record<DatasetName, number>>>
}

/** The manifest of a recipient's snapshot, and the schema files that it names. */
export function buildManifest(facts: HandoverFacts & SnapshotFacts) {
  const { agreement, mode, changes, rebaseline, exceptions, moving, headAbsent } = facts
  const schemas = snapshotSchemas(agreement)
  const files = sortedByName(facts.files)
  const manifest = {
    ...described(facts, 'snapshot'),
    resources: [...files.map(file => dataResource(file, 'full')), exceptionsResource(exceptions)],
    handover: {
      ...handoverOf(facts, schemas),
      mode,
      changes,
      rebaseline,
      totals: byDataset(agreement, files, files => ({ rows: sum(files, 'rows'), ...sizeOf(files) })),
      moving,
      headAbsent,
    },
  } satisfies Manifest
  return { manifest, schemas }
}

/** A snapshot's manifest as we write it: by an agreement in force, which we know whole. */
export type WrittenManifest = ReturnType<typeof buildManifest>['manifest']

/** The manifest of its change set, which may hold no change at all, and the schema files that it names. */
export function buildChangeManifest(facts: HandoverFacts & ChangeFacts) {
  const { agreement, previous, resultingRows, exceptions } = facts
  const schemas = changeSchemas(agreement)
  const files = sortedByName(facts.files)
  const manifest: ChangeManifest = {
    ...described(facts, 'changes'),
    resources: [...files.map(file => dataResource(file, 'changes')), exceptionsResource(exceptions)],
    handover: {
      ...handoverOf(facts, schemas),
      previous,
      mode: 'changes',
      totals: byDataset(agreement, files, (files, name) => ({
        inserts: sum(files, 'inserts'),
        updates: sum(files, 'updates'),
        deletes: sum(files, 'deletes'),
        resultingRows: resultingRows[name] ?? 0,
        ...sizeOf(files),
      })),
    },
  }
  return { manifest, schemas }
}

export function manifestBytes(manifest: object): Buffer {
  return Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)
}

function described({ agreement, sequence, created, asOf }: HandoverFacts, form: 'snapshot' | 'changes') {
  const what = form === 'snapshot' ? 'Household health insurance' : 'Changes of household health insurance'
  return {
    $schema: 'https://datapackage.org/profiles/2.0/datapackage.json' as const,
    name: `bangiao-${agreement.recipient}-${sequenceText(sequence)}${form === 'changes' ? '-changes' : ''}`,
    title: `${what} for ${agreement.name.en}, as of ${asOf.toISOString()}`,
    version: '1.0.0',
    created: created.toISOString(),
  }
}

function handoverOf(
  { agreement, sequence, previous, asOf, asOfDay, source, exceptions }: HandoverFacts,
  schemas: readonly SchemaFile[],
) {
  return {
    manifestVersion: 1 as const,
    recipient: agreement.recipient,
    sequence,
    previous,
    asOf: asOf.toISOString(),
    asOfDay,
    source,
    agreement,
    schemas: schemas.map(({ path, text }) => ({
      path,
      bytes: Buffer.byteLength(text),
      hash: `sha256:${sha256Hex(text)}`,
    })),
    schemaFingerprint: fingerprint(schemas),
    exceptions: exceptions.rows,
    retentionUntil: retentionUntil(asOf, agreement.retentionDays),
  }
}

function dataResource(
  { dataset, province, name, bytes, sha256, rows }: Omit<PlacedFile, 'recipient'>,
  kind: 'full' | 'changes',
): Resource {
  return {
    name: name.replace('.parquet', '').replace('province=', '').replaceAll('/', '-'),
    path: name,
    ...parquet,
    bytes,
    hash: `sha256:${sha256}`,
    schema: `schemas/${dataset}.json`,
    'handover:dataset': dataset,
    'handover:kind': kind,
    'handover:rowCount': rows,
    'handover:partition': { province },
  }
}

function exceptionsResource({ name, bytes, sha256, rows }: HandoverFacts['exceptions']): Resource {
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

function sortedByName<File extends { readonly name: string }>(files: readonly File[]): readonly File[] {
  return [...files].sort((a, b) => a.name.localeCompare(b.name))
}

function byDataset<File extends { readonly dataset: DatasetName }, Totals>(
  agreement: Agreement,
  files: readonly File[],
  totalsOf: (files: readonly File[], name: DatasetName) => Totals,
): Partial<Record<DatasetName, Totals>> {
  const granted = datasetNames.filter(name => agreement.datasets[name])
  return Object.fromEntries(
    granted.map(name => [
      name,
      totalsOf(
        files.filter(({ dataset }) => dataset === name),
        name,
      ),
    ]),
  ) as Partial<Record<DatasetName, Totals>>
}

function sizeOf(files: readonly { readonly bytes: number }[]) {
  return { files: files.length, bytes: sum(files, 'bytes') }
}

function sum<Name extends string>(files: readonly Readonly<Record<Name, number>>[], name: Name): number {
  return files.reduce((total, file) => total + file[name], 0)
}

function retentionUntil(asOf: Date, days: number): string {
  return new Date(asOf.getTime() + days * 86_400_000).toISOString().slice(0, 10)
}
