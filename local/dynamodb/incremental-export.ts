import { createReadStream } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { absent } from '../../lambdas/shared/absent.ts'
import { itemBytes } from '../../lambdas/shared/item-bytes.ts'
import {
  type DataFile,
  dataFileName,
  type ExportDirectory,
  exportPrefix,
  growFile,
  type WrittenExport,
  writeExportFiles,
} from './export-files.ts'
import type { Item } from './table-item.ts'

/** The whole table at an instant, as files of `{"Item":…}` lines: file by file the same ranges of hashes as every other cut. */
export interface Cut {
  readonly instant: Date
  /** Paths of `.json.gz` files. */
  readonly files: readonly string[]
}

export interface IncrementalExport extends ExportDirectory {
  readonly from: Cut
  readonly to: Cut
  /** Attributes that make up the table's key. */
  readonly keyNames: readonly string[]
}

/**
 * Writes an incremental export with both images, as the difference of two cuts. Every change is said to be of the last moment before
 * the later cut. Memory holds a file of the earlier one.
 */
export function writeIncrementalExport(options: IncrementalExport): Promise<WrittenExport> {
  const { dir, exportId, from, to } = options
  if (from.files.length !== to.files.length) throw new Error('the cuts are of different numbers of files')
  const state = {
    exportFromTime: from.instant,
    exportToTime: to.instant,
    exportType: 'INCREMENTAL_EXPORT',
    outputView: 'NEW_AND_OLD_IMAGES',
  } as const
  return writeExportFiles(options, state, async () => {
    // Incremental exports of one prefix share one folder for their data (Amazon DynamoDB Developer Guide, export output).
    const folder = `${exportPrefix(options)}/data`
    await mkdir(join(dir, folder), { recursive: true })
    const files: DataFile[] = []
    for (const [n, path] of to.files.entries()) {
      const changes = changesBetween(from.files[n] as string, path, options)
      const file = growFile(dir, `${folder}/${dataFileName(exportId, n)}`)
      for await (const { line, bytes } of changes) await file.add(line, bytes)
      files.push(await file.end())
    }
    return files
  })
}

async function* changesBetween(before: string, after: string, { to, keyNames }: IncrementalExport) {
  const at = { WriteTimestampMicros: { N: String(to.instant.getTime() * 1000 - 1) } }
  const change = (keys: Item, images: { readonly OldImage?: Item; readonly NewImage?: Item }) => ({
    line: JSON.stringify({ Metadata: at, Keys: keys, ...images }),
    bytes: Object.values(images).reduce((sum, image) => sum + itemBytes(image), 0),
  })
  const old = new Map<string, string>()
  for await (const line of linesOf(before)) old.set(JSON.stringify(keysOf(itemOn(line), keyNames)), line)
  for await (const line of linesOf(after)) {
    const NewImage = itemOn(line)
    const keys = keysOf(NewImage, keyNames)
    const held = old.get(JSON.stringify(keys))
    old.delete(JSON.stringify(keys))
    if (held === undefined) yield change(keys, { NewImage })
    else if (held !== line) yield change(keys, { OldImage: itemOn(held), NewImage })
  }
  for (const line of old.values()) {
    const OldImage = itemOn(line)
    yield change(keysOf(OldImage, keyNames), { OldImage })
  }
}

function linesOf(path: string): AsyncIterable<string> {
  return createInterface({ input: createReadStream(path).pipe(createGunzip()), crlfDelay: Number.POSITIVE_INFINITY })
}

function itemOn(line: string): Item {
  return (JSON.parse(line) as { Item: Item }).Item
}

function keysOf(item: Item, names: readonly string[]): Item {
  return Object.fromEntries(names.map(name => [name, item[name] as AttributeValue]))
}

/** Remembers in the folder of an instant which files hold the table as it stood then. */
export async function keepCut(dir: string, files: readonly string[]) {
  await writeFile(join(dir, cutFile), JSON.stringify(files))
}

/** None when no cut was kept for the instant. */
export async function keptCut(dir: string, instant: Date): Promise<Cut | undefined> {
  const text = await readFile(join(dir, cutFile), 'utf8').catch(absent)
  if (text === undefined) return undefined
  return { instant, files: (JSON.parse(text) as readonly string[]).map(file => join(dir, file)) }
}

/** Instants of the cuts that a table's folder keeps, in milliseconds since 1970. */
export async function keptInstants(dir: string): Promise<readonly number[]> {
  const names = await readdir(dir).catch(absent)
  const kept = (names ?? []).map(async name =>
    (await keptCut(join(dir, name), new Date(Number(name)))) ? [Number(name)] : [],
  )
  return (await Promise.all(kept)).flat()
}

const cutFile = 'cut.json'
