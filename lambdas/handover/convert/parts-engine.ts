import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type FormerProvinceCode, isProvinceCode, provincesOfFormer } from '../../registry/provinces.ts'
import { isWardCode, provinceOfWard } from '../../registry/wards.ts'
import { type Agreement, rowsSql } from '../agreement.ts'
import type { Selected } from '../compact/tally.ts'
import { type Engine, manyRows } from '../engine/duckdb-engine.ts'
import { literal, rowsOfFiles } from '../engine/sql.ts'
import { emptyPart, type Refused } from './part-columns.ts'
import { type Aggregate, itemKeyOf, type PartKind, partKinds, partsOf, placeOf } from './parts.ts'
import type { PlaceCount } from './place-count.ts'

/*
 * What is done with the parts of one aggregate once they are relations of the engine, each under the name of its kind.
 */

/** Begins the counts of a connection: `countParts` adds to them, `takeCounts` ends them. */
export async function openCounts(engine: Engine) {
  await engine.run(
    'CREATE TEMP TABLE counted (recipient VARCHAR, aggregate VARCHAR, kind VARCHAR, province VARCHAR, place VARCHAR, rows BIGINT)',
  )
}

/** Counts what the agreements' rows come to, place by place; in the engine, since each chunk names nearly every ward. */
export async function countParts(engine: Engine, aggregate: Aggregate, agreements: readonly Agreement[]) {
  const counts = agreements.flatMap(agreement =>
    partsOf[aggregate].map(
      kind => `SELECT ${literal(agreement.recipient)}, '${aggregate}', '${kind}', province_code, ${placeOf[aggregate]}, count(*)
        FROM ${kind} WHERE ${rowsSql(agreement, kind, 'cards')} GROUP BY ALL`,
    ),
  )
  await engine.run(`INSERT INTO counted ${counts.join(' UNION ALL ')}`)
}

/** By recipient, every place once, in any order. */
export async function takeCounts(engine: Engine, agreements: readonly Agreement[]): Promise<Selected> {
  const found = await manyRows<PlaceCount & { readonly recipient: string }>(
    engine,
    `SELECT recipient, aggregate, province, place, json_group_object(kind, rows) AS rows
     FROM (SELECT * REPLACE (sum(rows)::BIGINT AS rows) FROM counted GROUP BY ALL) GROUP BY ALL`,
  )
  await engine.run('DROP TABLE counted')
  const selected: Record<string, PlaceCount[]> = Object.fromEntries(agreements.map(({ recipient }) => [recipient, []]))
  for (const { recipient, ...count } of found) selected[recipient]?.push(count)
  return selected
}

/** Why some row stands where nobody can live or collect, if one does, and the least key of such an item. */
export async function placeFault(engine: Engine, aggregate: Aggregate): Promise<Refused | undefined> {
  const kind = partsOf[aggregate][0] as PartKind
  const collected = aggregate === 'contributors'
  const columns = ['province_code', ...(collected ? [] : ['ward_code', 'former_province_code'])]
  for (const at of await manyRows<Residence>(engine, `SELECT DISTINCT ${columns} FROM ${kind}`)) {
    const fault = collected ? provinceFault(at) : residenceFault(at)
    if (!fault) continue
    const there = columns.map(column => `${column} = ${literal(at[column as keyof Residence])}`)
    const [first] = await engine.rows<{ key: string }>(
      `SELECT min(${itemKeyOf[kind]}) AS key FROM ${kind} WHERE ${there.join(' AND ')}`,
    )
    return { code: 'malformed-item', fault, key: first?.key as string }
  }
  return undefined
}

interface Residence {
  readonly province_code: string
  readonly ward_code: string
  /** One of its list: its guard has seen to that. */
  readonly former_province_code: FormerProvinceCode
}

/** Anything may stand where a code should, so what does is not told. */
function residenceFault(at: Residence): string | undefined {
  const { province_code: province, ward_code: ward, former_province_code: former } = at
  if (!isProvinceCode(province)) return provinceFault(at)
  if (!isWardCode(ward)) return 'wardCode: unknown ward'
  if (provinceOfWard(ward) !== province) return 'wardCode: ward of another province'
  return provincesOfFormer(former).includes(province) ? undefined : 'formerProvinceCode: of another province'
}

function provinceFault({ province_code }: Residence): string | undefined {
  return isProvinceCode(province_code) ? undefined : 'provinceCode: unknown province'
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

/** The rows of all parts of a kind, as a relation in SQL. */
export function rowsOfParts(parts: readonly PartFile[], kind: PartKind): string {
  const paths = parts.filter(part => part.kind === kind).map(({ path }) => path)
  return partRows(kind, paths)
}

/** The same from the paths of parts of one kind, of which there may be none. */
export function partRows(kind: PartKind, paths: readonly string[]): string {
  return paths.length ? rowsOfFiles(paths) : `(${emptyPart(kind)})`
}

export interface KeyFile {
  readonly bucket: number
  readonly path: string
}

/**
 * The keys of all parts, each thing under its own id and under the id of what it points at, by bucket: what must meet shares one, and
 * a single one holds all. Written once for all chunks of a data file, since a file for every bucket and chunk would be millions of
 * files of a nation.
 */
export async function writeKeys(
  engine: Engine,
  parts: readonly PartFile[],
  buckets: number,
  dir: string,
): Promise<readonly KeyFile[]> {
  const found = partKinds.flatMap(kind => keysIn[kind](rowsOfParts(parts, kind)))
  const to = join(dir, 'keys')
  await mkdir(to, { recursive: true })
  await engine.run(`COPY (SELECT *, hash(id) % ${buckets} AS bucket FROM (${found.join(' UNION ALL ')})) TO ${literal(to)}
    (FORMAT parquet, ${readOnce}, PARTITION_BY (bucket), OVERWRITE_OR_IGNORE)`)
  const paths = await parquetFiles(to)
  return paths.map(path => ({ path, bucket: Number(partitionOf(path, 'bucket')) }))
}

/** From the parts of a kind; `of` is whoever points at the id, of a household its head; `rows`, how many rows hang on that. */
const keysIn: Readonly<Record<PartKind, (parts: string) => readonly string[]>> = {
  households: parts => [
    `SELECT 'household' AS kind, household_id AS id, head_person_id AS of, province_code, 1 AS rows FROM ${parts}`,
  ],
  persons: parts => [
    `SELECT 'person' AS kind, person_id AS id, NULL::VARCHAR AS of, province_code, 1 AS rows FROM ${parts}`,
    `SELECT 'member' AS kind, household_id AS id, person_id AS of, province_code, 1 AS rows FROM ${parts}`,
  ],
  cards: () => [],
  contributions: parts => [
    `SELECT 'contributor' AS kind, person_id AS id, scheme AS of, province_code, count(*)::INTEGER AS rows
     FROM ${parts} GROUP BY ALL`,
  ],
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
