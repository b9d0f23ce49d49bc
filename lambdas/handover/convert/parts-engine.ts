import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isProvinceCode } from '../../registry/provinces.ts'
import { isWardCode, provinceOfWard } from '../../registry/wards.ts'
import { type Agreement, rowsSql } from '../agreement.ts'
import type { Engine } from '../engine/duckdb-engine.ts'
import { literal } from '../engine/sql.ts'
import { type Aggregate, type PartKind, partKinds, partsOf, placeOf } from './parts.ts'
import type { PlaceCount } from './place-count.ts'

/*
 * What is done with the parts of one aggregate once they are relations of the engine, each under the name of its kind.
 */

/** What the agreement's rows come to, place by place. */
export async function countParts(
  engine: Engine,
  aggregate: Aggregate,
  agreement: Agreement,
): Promise<readonly PlaceCount[]> {
  const counts = partsOf[aggregate].map(async kind => {
    const found = await engine.rows<{ province_code: string; place: string; rows: bigint }>(
      `SELECT province_code, ${placeOf[aggregate]} AS place, count(*) AS rows FROM ${kind}
       WHERE ${rowsSql(agreement, kind, 'cards')} GROUP BY ALL`,
    )
    return found.map(({ province_code: province, place, rows }) => ({
      aggregate,
      province,
      place,
      rows: { [kind]: Number(rows) },
    }))
  })
  return (await Promise.all(counts)).flat()
}

/** Why some row stands where nobody can live or collect, if one does; and the least key among them. */
export async function placeFault(
  engine: Engine,
  aggregate: Aggregate,
): Promise<{ readonly fault: string; readonly key: string } | undefined> {
  const kind = partsOf[aggregate][0] as PartKind
  const places = await engine.rows<{ province_code: string; place: string; key: string }>(
    `SELECT province_code, ${placeOf[aggregate]} AS place, ${literal(`${keyPrefix[aggregate]}#`)} || min(${idOf[aggregate]}) AS key
     FROM ${kind} GROUP BY ALL ORDER BY key`,
  )
  for (const { province_code, place, key } of places) {
    const fault = aggregate === 'contributors' ? provinceFault(province_code) : wardFault(province_code, place)
    if (fault) return { fault, key }
  }
  return undefined
}

/** Anything may stand where a code should, so what does is not told. */
function wardFault(province: string, ward: string): string | undefined {
  if (!isProvinceCode(province)) return provinceFault(province)
  if (!isWardCode(ward)) return 'unknown ward'
  return provinceOfWard(ward) === province ? undefined : 'ward of another province'
}

function provinceFault(province: string): string | undefined {
  return isProvinceCode(province) ? undefined : 'unknown province'
}

export interface PartFile {
  readonly kind: PartKind
  readonly province: string
  readonly path: string
}

/** Read once and soon: what dictionaries and compression save is less than what they cost. */
export const readOnce = 'COMPRESSION uncompressed, DICTIONARY_SIZE_LIMIT 1'
/** The base of the next delta, for days: small rather than fast. */
export const kept = 'COMPRESSION snappy'

/** Rows of a kind, as SQL, into files by province below `<dir>/parts/<kind>/<name>`. */
export async function writeParts(
  engine: Engine,
  { kind, rows = kind, storage }: { readonly kind: PartKind; readonly rows?: string; readonly storage: string },
  dir: string,
  name: string,
) {
  const to = join(dir, 'parts', kind, name)
  await mkdir(to, { recursive: true })
  await engine.run(`COPY (SELECT *, province_code AS province FROM ${rows}) TO ${literal(to)}
    (FORMAT parquet, ${storage}, PARTITION_BY (province), OVERWRITE_OR_IGNORE)`)
}

export async function partFiles(dir: string): Promise<readonly PartFile[]> {
  const found = await Promise.all(
    partKinds.map(async kind =>
      (await parquetFiles(join(dir, 'parts', kind))).map(path => ({
        kind,
        path,
        province: partitionOf(path, 'province'),
      })),
    ),
  )
  return found.flat()
}

export interface KeyFile {
  readonly bucket: number
  readonly path: string
}

/** The keys of what the relations hold, each thing under its own id and under the id of what it points at; `spreadKeys` takes them up. */
export async function writeKeys(engine: Engine, aggregate: Aggregate, dir: string, name: string) {
  const to = join(dir, 'found-keys')
  await mkdir(to, { recursive: true })
  await engine.run(
    `COPY (${keysSql[aggregate]}) TO ${literal(join(to, `${name}.parquet`))} (FORMAT parquet, COMPRESSION lz4_raw)`,
  )
}

/**
 * All the keys that were written below `dir`, by bucket: what must meet shares one. Spread once for all of them, since a file for
 * every bucket and chunk would be millions of files of a nation.
 */
export async function spreadKeys(engine: Engine, buckets: number, dir: string): Promise<readonly KeyFile[]> {
  const found = await parquetFiles(join(dir, 'found-keys'))
  if (found.length === 0) return []
  const to = join(dir, 'keys')
  await mkdir(to, { recursive: true })
  await engine.run(`COPY (SELECT *, hash(id) % ${buckets} AS bucket FROM read_parquet([${found.map(literal)}])) TO ${literal(to)}
    (FORMAT parquet, COMPRESSION lz4_raw, PARTITION_BY (bucket), OVERWRITE_OR_IGNORE)`)
  const paths = await parquetFiles(to)
  return paths.map(path => ({ path, bucket: Number(partitionOf(path, 'bucket')) }))
}

/** `of` is whoever points at the id; `rows`, how many rows hang on that. */
const keysSql: Readonly<Record<Aggregate, string>> = {
  households: `SELECT 'household' AS kind, household_id AS id, NULL::VARCHAR AS of, province_code, 1 AS rows FROM households`,
  persons: `SELECT 'person' AS kind, person_id AS id, NULL::VARCHAR AS of, province_code, 1 AS rows FROM persons
    UNION ALL SELECT 'member', household_id, person_id, province_code, 1 FROM persons`,
  contributors: `SELECT 'contributor' AS kind, person_id AS id, scheme AS of, province_code, count(*)::INTEGER AS rows
    FROM contributions GROUP BY ALL`,
}

const keyPrefix: Readonly<Record<Aggregate, string>> = { households: 'H', persons: 'P', contributors: 'P' }
const idOf: Readonly<Record<Aggregate, string>> = {
  households: 'household_id',
  persons: 'person_id',
  contributors: 'person_id',
}

async function parquetFiles(dir: string): Promise<string[]> {
  await mkdir(dir, { recursive: true })
  const names = await readdir(dir, { recursive: true })
  return names
    .filter(name => name.endsWith('.parquet'))
    .sort()
    .map(name => join(dir, name))
}

function partitionOf(path: string, column: string): string {
  return new RegExp(`/${column}=([^/]+)/`).exec(path.replaceAll('\\', '/'))?.[1] as string
}
