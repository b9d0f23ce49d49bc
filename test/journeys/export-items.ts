import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

type Item = Record<string, { readonly S?: string }>

/** Every item of an export, in an order of its own, without what differs from registry to registry: revisions, keyed hashes and when they were written. */
export async function itemsOf(exportDir: string): Promise<readonly string[]> {
  const names = (await readdir(exportDir, { recursive: true })).filter(name => name.endsWith('.json.gz'))
  const lines = await Promise.all(
    names.map(async name =>
      gunzipSync(await readFile(join(exportDir, name)))
        .toString()
        .split('\n')
        .filter(Boolean),
    ),
  )
  return lines.flat().map(comparable).sort()
}

function comparable(line: string): string {
  const { revision: _revision, namedAt: _namedAt, ...item } = (JSON.parse(line) as { Item: Item }).Item
  if (item.PK?.S?.startsWith('N#')) item.PK = { S: 'N#' }
  return JSON.stringify(item, (_, value) => (isMap(value) ? Object.fromEntries(Object.entries(value).sort()) : value))
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
