import type { Engine } from './duckdb-engine.ts'
import { HandoverFault } from './fault.ts'
import { literal } from './sql.ts'

/** What the keys of one bucket say about each other. */
export interface Matched {
  /** People whose household is not in the registry. */
  readonly absent: readonly { readonly personId: string; readonly province: string }[]
  /** People who live in another province than their household: a move under way. */
  readonly moving: number
}

/** @throws HandoverFault when a household or a person stands twice in the export. */
export async function matchKeys(engine: Engine, bucket: number, paths: readonly string[]): Promise<Matched> {
  const keys = `read_parquet([${paths.map(literal)}], hive_partitioning = false)`
  const [twice] = await engine.rows<{ kind: string; id: string }>(
    `SELECT kind, id FROM ${keys} WHERE kind <> 'member' GROUP BY ALL HAVING count(*) > 1 ORDER BY ALL LIMIT 1`,
  )
  if (twice)
    throw new HandoverFault('duplicate-key', `bucket ${bucket}`, `${twice.kind} ${twice.id} stands twice in the export`)
  const strays = await engine.rows<{ person_id: string; province_code: string; absent: boolean }>(
    `SELECT member.person_id, member.province_code, household.id IS NULL AS absent
     FROM (SELECT * FROM ${keys} WHERE kind = 'member') AS member
     LEFT JOIN (SELECT * FROM ${keys} WHERE kind = 'household') AS household USING (id)
     WHERE household.id IS NULL OR household.province_code <> member.province_code ORDER BY ALL`,
  )
  return {
    absent: strays
      .filter(({ absent }) => absent)
      .map(({ person_id, province_code }) => ({ personId: person_id, province: province_code })),
    moving: strays.filter(({ absent }) => !absent).length,
  }
}
