import { readFile } from 'node:fs/promises'
import type { Engine } from '../engine/duckdb-engine.ts'
import { type FaultCode, HandoverFault } from '../fault.ts'
import type { Chunk } from './data-file-engine.ts'
import { guardedColumns, guardedElements, type Refused, refusedPrefix } from './part-columns.ts'
import { type Aggregate, itemKeyOf, type List, listOf, ownKindOf, rowKeyOf } from './parts.ts'

/** Where lines come from, for faults. */
export interface Origin {
  /** The data file, without its ending. */
  readonly file: string
  readonly chunk: Pick<Chunk, 'path' | 'lines'>
}

/** What is parsed: whose items, and where they come from. */
export interface Parsing extends Origin {
  readonly aggregate: Aggregate
  /** How many items `from` must give. */
  readonly items: number
}

/**
 * Makes a relation a kind of part, under the kind's name, beside `items`, the table of what was parsed. `from` gives a column `Item`
 * of the aggregate's struct; `carried` are further columns of it that stand on every row.
 */
export async function parseItems(engine: Engine, from: string, parsing: Parsing, carried: readonly string[] = []) {
  const { aggregate, items } = parsing
  const list = listOf[aggregate]
  const own = ownKindOf[aggregate]
  const more = carried.map(column => `${column}, `).join('')
  try {
    await engine.run(`CREATE TEMP TABLE items AS SELECT ${more}${guardedColumns(aggregate)} FROM ${from}`)
    if (list) await engine.run(`CREATE TEMP TABLE ${list.kind} AS ${guardedElements(list, 'items', carried)}`)
    if (own) await engine.run(`CREATE TEMP VIEW ${own} AS SELECT * ${list ? 'EXCLUDE (held)' : ''} FROM items`)
  } catch (error) {
    throw await asFault(error as Error, parsing)
  }
  const [parsed] = await engine.rows<{ rows: bigint }>('SELECT count(*) AS rows FROM items')
  if (Number(parsed?.rows) !== items) {
    throw new HandoverFault('malformed-item', parsing.file, `${items} ${aggregate} read, ${parsed?.rows} parsed`)
  }
  if (list) await checkList(list, parsing, engine)
}

export async function forgetItems(engine: Engine, aggregate: Aggregate) {
  const list = listOf[aggregate]
  const own = ownKindOf[aggregate]
  if (own) await engine.run(`DROP VIEW ${own}`)
  if (list) await engine.run(`DROP TABLE ${list.kind}`)
  await engine.run('DROP TABLE items')
}

/** Every element of a list became a row, and none stands in its list twice. */
async function checkList({ attribute, kind, key }: List, parsing: Parsing, engine: Engine) {
  // Rows of equal hashes first, and only where there are some the lists themselves
  const [counted] = await engine.rows<{ held: bigint; rows: bigint; known: bigint }>(
    `SELECT (SELECT coalesce(sum(len(held)), 0)::BIGINT FROM items) AS held, count(*) AS rows,
       count(DISTINCT hash(${rowKeyOf[kind]})) AS known FROM ${kind}`,
  )
  if (counted?.held !== counted?.rows) {
    throw new HandoverFault(
      'rows-lost',
      parsing.file,
      `${counted?.held} ${attribute} in lists, ${counted?.rows} as rows`,
    )
  }
  if (counted?.known === counted?.rows) return
  const keys = `list_transform(held, lambda element: ${key.map(name => `element.M."${name}".S`).join(" || ' ' || ")})`
  const [twice] = await engine.rows<{ key: string }>(
    `SELECT ${itemKeyOf[kind]} AS key FROM items WHERE len(list_distinct(${keys})) < len(held) ORDER BY key LIMIT 1`,
  )
  if (twice) throw await faultOf({ code: 'duplicate-key', fault: `${attribute}: one of them twice`, ...twice }, parsing)
}

/** DuckDB's own messages may quote a value, and count lines otherwise, so only what we refused ourselves passes. */
export async function asFault(error: Error, origin: Origin): Promise<Error> {
  const refused = error.message.split('\n')[0]?.split(refusedPrefix)[1]
  if (refused) return faultOf(JSON.parse(refused) as Refused, origin)
  if (!/JSON/.test(error.message)) return error
  const at = await lineWhere(origin, line => keyOn(line) === undefined)
  return lineFault('malformed-item', 'not one JSON object a line, with each name once', origin, at)
}

/** What is wrong with the item of a key, by the line where it stands: a key is told to nobody, since anything may be one. */
export async function faultOf({ code, fault, key }: Refused, origin: Origin): Promise<HandoverFault> {
  return lineFault(code, fault, origin, await lineWhere(origin, line => keyOn(line) === key))
}

/** Of the data file; none where no line is found. */
async function lineWhere(
  { chunk: { path, lines } }: Origin,
  is: (line: string) => boolean,
): Promise<number | undefined> {
  const texts = (await readFile(path, 'utf8')).split('\n').slice(0, lines.length)
  return lines[texts.findIndex(is)]
}

/** As `itemKey` has it, on a line of a full export or of an incremental one; none where that is no JSON object. */
function keyOn(line: string): string | undefined {
  type Keyed = Readonly<Record<'PK' | 'SK', { readonly S?: string } | undefined>>
  try {
    const parsed = JSON.parse(line) as { Item?: Keyed; Keys?: Keyed }
    if (Array.isArray(parsed)) return undefined
    const keys = parsed.Item ?? parsed.Keys
    return `${keys?.PK?.S ?? ''} ${keys?.SK?.S ?? ''}`
  } catch {
    return undefined
  }
}

function lineFault(code: FaultCode, fault: string, { file }: Origin, line: number | undefined): HandoverFault {
  const where = line === undefined ? '' : `line ${line}: `
  return new HandoverFault(code, file, `${where}${fault}; find who wrote the item, correct it, then export again`)
}
