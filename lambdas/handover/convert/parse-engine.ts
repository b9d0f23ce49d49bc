import type { Engine } from '../engine/duckdb-engine.ts'
import { HandoverFault } from '../fault.ts'
import {
  type Aggregate,
  guardedColumns,
  guardedElements,
  type List,
  listOf,
  ownKindOf,
  refusedPrefix,
  rowKeyOf,
} from './parts.ts'

/** What is parsed: whose items, and where they come from, for faults. */
export interface Parsing {
  readonly aggregate: Aggregate
  /** The data file, without its ending. */
  readonly file: string
  /** How many items `from` must give. */
  readonly items: number
}

/**
 * Makes a relation a kind of part, under the kind's name, beside `items`, the table of what was parsed. `from` gives a column `Item`
 * of the aggregate's struct; `carried` are further columns of it that stand on every row.
 */
export async function parseItems(engine: Engine, from: string, parsing: Parsing, carried: readonly string[] = []) {
  const { aggregate, file, items } = parsing
  const list = listOf[aggregate]
  const own = ownKindOf[aggregate]
  const more = carried.map(column => `${column}, `).join('')
  try {
    await engine.run(`CREATE TEMP TABLE items AS SELECT ${more}${guardedColumns(aggregate)} FROM ${from}`)
    if (list) await engine.run(`CREATE TEMP TABLE ${list.kind} AS ${guardedElements(list, 'items', carried)}`)
    if (own) await engine.run(`CREATE TEMP VIEW ${own} AS SELECT * ${list ? 'EXCLUDE (held)' : ''} FROM items`)
  } catch (error) {
    throw asFault(error as Error, file)
  }
  const [parsed] = await engine.rows<{ rows: bigint }>('SELECT count(*) AS rows FROM items')
  if (Number(parsed?.rows) !== items) {
    throw new HandoverFault('malformed-item', file, `${items} ${aggregate} read, ${parsed?.rows} parsed`)
  }
  if (list) await checkList(list, file, engine)
}

export async function forgetItems(engine: Engine, aggregate: Aggregate) {
  const list = listOf[aggregate]
  const own = ownKindOf[aggregate]
  if (own) await engine.run(`DROP VIEW ${own}`)
  if (list) await engine.run(`DROP TABLE ${list.kind}`)
  await engine.run('DROP TABLE items')
}

/** Every element of a list became a row, and none stands in its list twice. */
async function checkList({ attribute, kind, key }: List, file: string, engine: Engine) {
  // Rows of equal hashes first, and only where there are some the lists themselves
  const [counted] = await engine.rows<{ held: bigint; rows: bigint; known: bigint }>(
    `SELECT (SELECT coalesce(sum(len(held)), 0)::BIGINT FROM items) AS held, count(*) AS rows,
       count(DISTINCT hash(${rowKeyOf[kind]})) AS known FROM ${kind}`,
  )
  if (counted?.held !== counted?.rows) {
    throw new HandoverFault('rows-lost', file, `${counted?.held} ${attribute} in lists, ${counted?.rows} as rows`)
  }
  if (counted?.known === counted?.rows) return
  const keys = `list_transform(held, lambda element: ${key.map(name => `element.M."${name}".S`).join(" || ' ' || ")})`
  const [twice] = await engine.rows<{ person_id: string }>(
    `SELECT person_id FROM items WHERE len(list_distinct(${keys})) < len(held) ORDER BY person_id LIMIT 1`,
  )
  if (twice) throw new HandoverFault('duplicate-key', file, `one of the ${attribute} twice in P#${twice.person_id}`)
}

/** DuckDB's own messages may quote a value, so only what we refused ourselves and the line number pass. */
export function asFault(error: Error, file: string): Error {
  const refused = error.message.split('\n')[0]?.split(refusedPrefix)[1]
  if (refused) return new HandoverFault('malformed-item', file, refused)
  const line = /Malformed JSON.*in (?:line|record\/value) (\d+)/.exec(error.message)?.[1]
  if (line || /JSON/.test(error.message)) {
    return new HandoverFault(
      'malformed-item',
      file,
      `not one JSON object a line${line ? `, ${line} of the chunk` : ''}`,
    )
  }
  return error
}
