import { hash } from 'node:crypto'
import { itemBytes } from '../../lambdas/shared/item-bytes.ts'
import {
  dataFileName,
  type ExportDirectory,
  exportPrefix,
  type GrowingFile,
  growFile,
  type WrittenExport,
  writeExportFiles,
} from './export-files.ts'
import { type Item, itemJson } from './table-item.ts'

export interface FullExport extends ExportDirectory {
  readonly exportTime: Date
  /** The attribute whose hash says in which data file an item stands. */
  readonly partitionKey: string
  /** How many data files; each holds one range of hashes, as a partition does, and may be empty. */
  readonly files: number
}

/**
 * Writes a full export as DynamoDB lays it out in a bucket. Equal items, options and clock give equal bytes.
 * Memory stays flat however many items come.
 */
export async function writeExportDirectory(items: AsyncIterable<Item>, options: FullExport): Promise<WrittenExport> {
  const { dir, exportId, exportTime, partitionKey, files } = options
  if (!Number.isInteger(files) || files < 1) throw new Error(`files: expected a whole number from 1, got ${files}`)
  const folder = `${exportPrefix(options)}/${exportId}/data`
  return writeExportFiles(options, { exportTime }, async () => {
    const failed = new AbortController()
    const growing = Array.from({ length: files }, (_, n) =>
      growFile(dir, `${folder}/${dataFileName(exportId, n)}`, failed.signal),
    )
    const spreading = spread(items, partitionKey, growing)
    try {
      await Promise.all([spreading, ...growing.map(async file => Promise.race([file.stored, spreading]))])
      return await Promise.all(growing.map(file => file.end()))
    } catch (error) {
      failed.abort()
      await Promise.allSettled(growing.map(({ stored }) => stored))
      throw error
    }
  })
}

async function spread(items: AsyncIterable<Item>, partitionKey: string, files: readonly GrowingFile[]) {
  for await (const item of items) {
    await fileOf(item, partitionKey, files).add(`{"Item":${itemJson(item)}}`, itemBytes(item))
  }
}

function fileOf(item: Item, partitionKey: string, files: readonly GrowingFile[]): GrowingFile {
  const key = item[partitionKey]
  const value = key?.S ?? key?.N ?? key?.B
  const file = value && files[Math.floor((hash('md5', value, 'buffer').readUInt32BE() / 2 ** 32) * files.length)]
  if (!file) throw new Error(`item without ${partitionKey} as a string, number or binary: it cannot be in the table`)
  return file
}
