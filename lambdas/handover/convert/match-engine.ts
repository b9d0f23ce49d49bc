import type { Scheme } from '../../registry/contribution.ts'
import type { Engine } from '../engine/duckdb-engine.ts'
import { rowsOfFiles } from '../engine/sql.ts'
import { HandoverFault } from '../fault.ts'

/** What the keys of one bucket say about each other. */
export interface Matched {
  readonly absent: readonly Stray[]
  /** People who live in another province than their household: a move under way. */
  readonly moving: number
  /** Households that name a head who is not among their people. */
  readonly headAbsent: number
}

/** Somebody who points at what is not in the registry. */
export type Stray = { readonly personId: string; readonly province: string } & (
  | { readonly reason: 'household-absent' }
  /** So many rows of contributions to one scheme hang on that. */
  | { readonly reason: 'person-absent'; readonly scheme: Scheme; readonly rows: number }
)

/** @throws HandoverFault when a household, a person or what somebody contributed to a scheme stands twice in the export. */
export async function matchKeys(engine: Engine, paths: readonly string[]): Promise<Matched> {
  const keys = rowsOfFiles(paths)
  const own = `(SELECT kind, id, CASE WHEN kind = 'contributor' THEN of END AS of,
    CASE WHEN kind = 'contributor' THEN province_code END AS part FROM ${keys} WHERE kind <> 'member')`
  // Whose hashes are equal, and only then who is: hashes take half the memory of keys
  const [twice] = await engine.rows<{ kind: string; id: string }>(
    `SELECT kind, id FROM ${own}
     WHERE hash(kind, id, of, part) IN (SELECT hash(kind, id, of, part) FROM ${own} GROUP BY ALL HAVING count(*) > 1)
     GROUP BY kind, id, of, part HAVING count(*) > 1 ORDER BY ALL LIMIT 1`,
  )
  if (twice) throw duplicate(twice)
  const members = await engine.rows<{ person_id: string; province_code: string; absent: boolean }>(
    `SELECT member.of AS person_id, member.province_code, household.id IS NULL AS absent
     FROM (SELECT * FROM ${keys} WHERE kind = 'member') AS member
     LEFT JOIN (SELECT * FROM ${keys} WHERE kind = 'household') AS household USING (id)
     WHERE household.id IS NULL OR household.province_code <> member.province_code ORDER BY ALL`,
  )
  const contributors = await engine.rows<{ person_id: string; province_code: string; scheme: Scheme; rows: number }>(
    `SELECT id AS person_id, province_code, of AS scheme, rows FROM (SELECT * FROM ${keys} WHERE kind = 'contributor')
     ANTI JOIN (SELECT * FROM ${keys} WHERE kind = 'person') USING (id) ORDER BY ALL`,
  )
  const [heads] = await engine.rows<{ absent: bigint }>(
    `SELECT count(*) AS absent FROM (SELECT id, of FROM ${keys} WHERE kind = 'household' AND of IS NOT NULL)
     ANTI JOIN (SELECT id, of FROM ${keys} WHERE kind = 'member') USING (id, of)`,
  )
  const homeless = members.filter(({ absent }) => absent)
  return {
    absent: [
      ...homeless.map(stray => ({ reason: 'household-absent' as const, ...placed(stray) })),
      ...contributors.map(({ scheme, rows, ...stray }) => ({
        reason: 'person-absent' as const,
        ...placed(stray),
        scheme,
        rows,
      })),
    ],
    moving: members.length - homeless.length,
    headAbsent: Number(heads?.absent),
  }
}

/** Where to look: ids are well-formed and without meaning once their items are parsed, so one may be told. */
function duplicate({ kind, id }: { readonly kind: string; readonly id: string }): HandoverFault {
  const [reading, key] = {
    household: ['households', `H#${id}`],
    person: ['persons', `P#${id}`],
    contributor: ['contributions', `P#${id}`],
  }[kind] as [string, string]
  return new HandoverFault(
    'duplicate-key',
    reading,
    `${kind} ${id} stands twice in the export; search its data files for "${key}", then export the table again`,
  )
}

function placed({ person_id, province_code }: { readonly person_id: string; readonly province_code: string }) {
  return { personId: person_id, province: province_code }
}
