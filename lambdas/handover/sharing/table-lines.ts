import type { StatedAgreement } from '../agreement.ts'
import { type ColumnType, type DatasetName, datasetNamed } from '../datasets.ts'
import { type AnyManifest, isChangeManifest, type Manifest, packagePrefix } from '../manifest.ts'
import { partitionColumn } from './province-hint.ts'
import type { SharedTable } from './share.ts'

/** A Parquet file of a table, as one version published it. */
export interface SharedFile {
  /** As a whole part of a snapshot, as rows that are all new, or as changes. */
  readonly action: 'file' | 'add' | 'cdf'
  readonly key: string
  readonly sha256: string
  readonly bytes: number
  readonly rows: number
  readonly province: string
  readonly version: number
  readonly asOf: Date
}

/** The files of a dataset that a manifest lists; of a snapshot that nothing precedes, `add` reads every row as new. */
export function filesOf(
  manifest: AnyManifest,
  dataset: DatasetName,
  snapshotAction: 'file' | 'add',
): readonly SharedFile[] {
  const { recipient, sequence, asOf } = manifest.handover
  const changes = isChangeManifest(manifest)
  const prefix = packagePrefix(changes ? 'changes' : 'snapshots', recipient, sequence)
  return manifest.resources
    .filter(resource => resource['handover:dataset'] === dataset)
    .map(({ path, hash, bytes, 'handover:rowCount': rows, 'handover:partition': partition }) => ({
      action: changes ? 'cdf' : snapshotAction,
      key: `${prefix}/${path}`,
      sha256: hash.slice('sha256:'.length),
      bytes,
      rows,
      province: partition?.province ?? '',
      version: sequence,
      asOf: new Date(asOf),
    }))
}

export const protocolLine = { protocol: { minReaderVersion: 1 } }

/** The same for every page of an answer, byte for byte: readers compare. */
export function metaDataLine(
  { id, name }: SharedTable,
  { agreement }: Pick<Manifest['handover'], 'agreement'>,
  snapshot?: Manifest,
) {
  const total = snapshot?.handover.totals[name]
  return {
    metaData: {
      id,
      name,
      format: { provider: 'parquet' },
      schemaString: schemaString(agreement, name),
      partitionColumns: [partitionColumn],
      configuration: { enableChangeDataFeed: 'true' },
      ...(snapshot && { version: snapshot.handover.sequence }),
      ...(total && { size: total.bytes, numFiles: total.files }),
      accessModes: ['url'],
    },
  }
}

/** Statistics count rows and nothing else: the least and the greatest value of a column can be somebody's. */
export function fileLine(
  { action, sha256, bytes, rows, province, version, asOf }: SharedFile,
  url: string,
  expiresAt: Date,
) {
  const file = {
    url,
    id: sha256,
    partitionValues: { [partitionColumn]: province },
    size: bytes,
    ...(action !== 'cdf' && { stats: JSON.stringify({ numRecords: rows }) }),
    version,
    timestamp: asOf.getTime(),
    expirationTimestamp: expiresAt.getTime(),
  }
  return { [action]: file }
}

/** A column that has gone since stays in the files of earlier versions, and is no more read. */
function schemaString(agreement: StatedAgreement, name: DatasetName): string {
  const { columns, key } = datasetNamed(name)
  const granted = agreement.datasets[name] ?? []
  const fields = granted.flatMap(column => {
    const known = columns.find(({ name }) => name === column)
    if (!known) return []
    // Of a row that is gone nothing else is told
    const nullable = ![...key, partitionColumn].includes(column)
    return [{ name: column, type: fieldTypes[known.type], nullable, metadata: { comment: known.en } }]
  })
  return JSON.stringify({ type: 'struct', fields })
}

const fieldTypes: Readonly<Record<ColumnType, string>> = {
  text: 'string',
  day: 'date',
  integer: 'integer',
  instant: 'timestamp',
}
