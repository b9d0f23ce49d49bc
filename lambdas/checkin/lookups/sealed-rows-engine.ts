import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Engine } from '../../handover/engine/duckdb-engine.ts'
import { literal } from '../../handover/engine/sql.ts'
import { HandoverFault } from '../../handover/fault.ts'
import { footerRows } from '../../handover/footer-files.ts'
import { sha256Of } from '../../shared/digest-files.ts'
import { lookupsExpiry } from './lookups-table.ts'
import type { Seal } from './seal.ts'
import { type SealedName, sealedColumns, sealedNames, sealedOrder, type Tampering } from './sealed-columns.ts'

export interface SealedFile {
  readonly name: SealedName
  readonly path: string
  readonly bytes: number
  readonly sha256: string
  readonly rows: number
}

/** What became of every item of the export: their sum is its count. */
export interface SealedCounts {
  readonly lookups: number
  /** Removed by the table itself once their time had come; sealed long before. */
  readonly expired: number
  /** Of an export of the whole table: sealed before. */
  readonly earlier: number
  readonly tampering: Readonly<Record<Tampering, number>>
}

export interface SealedRows {
  readonly files: readonly SealedFile[]
  readonly counts: SealedCounts
  /** By the first two characters of the facility’s code. */
  readonly rowsByProvince: Readonly<Record<string, number>>
}

/**
 * Sorts what an export of the table holds into lookups and tampering, a Parquet file each below `dir`.
 * @throws HandoverFault when it does not hold as many items as its manifest says.
 */
export async function sealRows(
  engine: Engine,
  dataFiles: readonly string[],
  items: number,
  { window, mode }: Pick<Seal, 'window' | 'mode'>,
  dir: string,
): Promise<SealedRows> {
  await readEntries(engine, dataFiles, window, mode)
  const kinds = await engine.rows<{ kind: string; rows: bigint }>(
    'SELECT kind, count(*) AS rows FROM entries GROUP BY ALL',
  )
  const rowsOf = (kind: string) => Number(kinds.find(found => found.kind === kind)?.rows ?? 0)
  const found = kinds.reduce((sum, { rows }) => sum + Number(rows), 0)
  if (found !== items)
    throw new HandoverFault('data-file-count', window.to, `${found} items, the manifest says ${items}`)
  const provinces = await engine.rows<{ province: string; rows: bigint }>(
    `SELECT facility[1:2] AS province, count(*) AS rows FROM entries WHERE kind = 'lookups' GROUP BY ALL ORDER BY ALL`,
  )
  const files: SealedFile[] = []
  for (const name of sealedNames) files.push(await writeSealed(engine, name, dir))
  await engine.run('DROP TABLE entries')
  return {
    files,
    counts: {
      lookups: rowsOf('lookups'),
      expired: rowsOf('expired'),
      earlier: rowsOf('earlier'),
      tampering: { altered: rowsOf('altered'), deleted: rowsOf('deleted'), forged: rowsOf('forged') },
    },
    rowsByProvince: Object.fromEntries(provinces.map(({ province, rows }) => [province, Number(rows)])),
  }
}

/**
 * Before its write an entry is given its instant, and the write is tried for as long as the check may take: so far apart the two may be,
 * clocks included.
 */
const slack = 'INTERVAL 1 MINUTE'

async function readEntries(
  engine: Engine,
  dataFiles: readonly string[],
  { from, to }: Seal['window'],
  mode: Seal['mode'],
) {
  const read = `read_json([${dataFiles.map(literal)}], format = 'newline_delimited', records = true, columns = ${lineColumns})`
  // The instant is typed (`{"N": "…"}`) in what AWS writes today; one of its notes shows a bare number
  const micros = `TRY_CAST(coalesce(Metadata->'WriteTimestampMicros'->>'N', Metadata->>'WriteTimestampMicros') AS BIGINT)`
  const entries = `CREATE OR REPLACE TEMP TABLE entries AS
    WITH images AS (
      SELECT ${micros} AS micros, OldImage AS old, coalesce(NewImage, Item) AS new, coalesce(NewImage, Item, OldImage) AS image, Keys
      FROM ${read}
    ), entries AS (
      SELECT *, TRY_CAST(image.instant.S AS TIMESTAMP) AS looked, TRY_CAST(old.${lookupsExpiry}.N AS BIGINT) * 1000000 AS until,
        image.SK.S[length(image.instant.S) + 2:] AS id,
        coalesce(Keys.PK.S, image.PK.S, '') || ' ' || coalesce(Keys.SK.S, image.SK.S, '') AS key
      FROM images
    )
    SELECT CASE
        WHEN old IS NOT NULL AND new IS NOT NULL THEN 'altered'
        WHEN new IS NULL THEN CASE WHEN micros >= until THEN 'expired' ELSE 'deleted' END
        WHEN NOT coalesce(${isWhole}, false) THEN 'forged'
        WHEN looked >= TIMESTAMP ${literal(to)} + ${slack} THEN 'forged'
        ${from === null ? '' : `WHEN looked < TIMESTAMP ${literal(from)} - ${slack} THEN ${mode === 'full' ? `'earlier'` : `'forged'`}`}
        ELSE 'lookups' END AS kind,
      image.numberHash.S AS number_hash, looked AT TIME ZONE 'UTC' AS instant, image.facility.S AS facility,
      image.officer.S AS officer, image.officerHash.S AS officer_hash, image.purpose.S AS purpose, id,
      kind AS tampering, make_timestamp(micros) AT TIME ZONE 'UTC' AS written_at, key
    FROM entries`
  await engine.run(entries).catch(() => {
    // Without the engine's own words, which may quote the line
    throw new HandoverFault('malformed-item', to, 'a line of the export holds no item of the table')
  })
}

/** Every attribute is there, and the key is the one that they make. */
const isWhole = `image.numberHash.S <> '' AND image.purpose.S <> '' AND image.${lookupsExpiry}.N IS NOT NULL AND id <> ''
  AND image.SK.S = image.instant.S || '#' || id
  AND starts_with(image.PK.S, 'AUD#' || image.facility.S || '#' || strftime(looked + INTERVAL 7 HOUR, '%Y%m%d') || '#')`

const texts = ['PK', 'SK', 'numberHash', 'instant', 'facility', 'officer', 'officerHash', 'purpose'].map(
  name => `${name} STRUCT(S VARCHAR)`,
)
const itemStruct = literal(`STRUCT(${texts.join(', ')}, ${lookupsExpiry} STRUCT(N VARCHAR))`)
const lineColumns = `{Metadata: 'JSON', Keys: 'STRUCT(PK STRUCT(S VARCHAR), SK STRUCT(S VARCHAR))', OldImage: ${itemStruct}, NewImage: ${itemStruct}, Item: ${itemStruct}}`

/** A few in a group, so that whoever looks for one person reads little: a person's rows stand together. */
const rowGroupRows = 8_192

async function writeSealed(engine: Engine, name: SealedName, dir: string): Promise<SealedFile> {
  const path = join(dir, `${name}.parquet`)
  const kinds = name === 'lookups' ? `kind = 'lookups'` : `kind NOT IN ('lookups', 'expired', 'earlier')`
  const columns = sealedColumns[name].map(column => column.name)
  await engine.run(`COPY (SELECT ${columns} FROM entries WHERE ${kinds} ORDER BY ${sealedOrder[name]}) TO ${literal(path)}
    (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE ${rowGroupRows})`)
  return { name, path, bytes: (await stat(path)).size, sha256: await sha256Of(path), rows: await footerRows(path) }
}
