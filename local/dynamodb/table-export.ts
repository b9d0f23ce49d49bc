import { createHash, hash } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip, type Gzip } from 'node:zlib'
import { type Item, itemBytes, itemJson } from './table-item.ts'

export interface ExportDirectory {
  /** Stands for the bucket: the export lies under `<dir>/<prefix>/AWSDynamoDB/<exportId>/`. */
  readonly dir: string
  readonly bucket: string
  readonly prefix?: string
  /** As DynamoDB forms it: the instant of the request in milliseconds, 14 digits, then `-` and 8 hex digits. */
  readonly exportId: string
  readonly tableArn: string
  readonly tableId: string
  readonly exportTime: Date
  /** Under which it is encrypted; without one under a key of S3's own. */
  readonly kmsKeyId?: string
  /** The attribute whose hash says in which data file an item stands. */
  readonly partitionKey: string
  /** How many data files; each holds one range of hashes, as a partition does, and may be empty. */
  readonly files: number
  readonly clock: () => Date
}

export interface WrittenExport {
  readonly exportArn: string
  readonly manifestKey: string
  readonly itemCount: number
  /** What DynamoDB bills for: the size of the items in the table, not of the files. */
  readonly billedSizeBytes: number
  /** Every key below the bucket, in the order in which they are to appear there: the summary last, since it ends the export. */
  readonly keys: readonly string[]
}

/**
 * Writes a full export as DynamoDB lays it out in a bucket. Equal items, options and clock give equal bytes.
 * Memory stays flat however many items come.
 */
export async function writeExportDirectory(
  items: AsyncIterable<Item>,
  options: ExportDirectory,
): Promise<WrittenExport> {
  const { dir, bucket, prefix, exportId, tableArn, tableId, exportTime, kmsKeyId, files, clock } = options
  if (!Number.isInteger(files) || files < 1) throw new Error(`files: expected a whole number from 1, got ${files}`)
  const startTime = clock()
  const exportArn = `${tableArn}/export/${exportId}`
  const folder = `${prefix ? `${prefix}/` : ''}AWSDynamoDB/${exportId}`
  const keys: string[] = []
  const put = async (key: string, text: string) => {
    await writeFile(join(dir, key), text)
    keys.push(key)
  }
  await mkdir(join(dir, folder, 'data'), { recursive: true })
  await put(`${folder}/_started`, '')

  const dataFiles = await writeDataFiles(items, `${folder}/data`, options)
  keys.push(...dataFiles.map(file => file.key))
  const itemCount = dataFiles.reduce((sum, file) => sum + file.itemCount, 0)
  const billedSizeBytes = dataFiles.reduce((sum, file) => sum + file.tableBytes, 0)

  const manifestFiles = dataFiles.map(file => `${JSON.stringify(manifestLine(file))}\n`).join('')
  const manifestFilesS3Key = `${folder}/manifest-files.json`
  await put(`${folder}/manifest-files.md5`, hash('md5', manifestFiles, 'base64'))
  await put(manifestFilesS3Key, manifestFiles)

  const summary = JSON.stringify({
    version: '2020-06-30',
    exportArn,
    startTime,
    endTime: clock(),
    tableArn,
    tableId,
    exportTime,
    s3Bucket: bucket,
    s3Prefix: prefix ?? null,
    s3SseAlgorithm: kmsKeyId === undefined ? 'AES256' : 'KMS',
    s3SseKmsKeyId: kmsKeyId ?? null,
    manifestFilesS3Key,
    billedSizeBytes,
    itemCount,
    outputFormat: 'DYNAMODB_JSON',
  })
  const manifestKey = `${folder}/manifest-summary.json`
  await put(`${folder}/manifest-summary.md5`, hash('md5', summary, 'base64'))
  await put(manifestKey, summary)
  return { exportArn, manifestKey, itemCount, billedSizeBytes, keys }
}

function manifestLine({ itemCount, md5, key }: DataFile): object {
  const digest = md5.digest()
  return { itemCount, md5Checksum: digest.toString('base64'), etag: `${hash('md5', digest)}-1`, dataFileS3Key: key }
}

interface DataFile {
  readonly key: string
  readonly gzip: Gzip
  readonly md5: ReturnType<typeof createHash>
  readonly stored: Promise<void>
  lines: string
  itemCount: number
  tableBytes: number
}

async function writeDataFiles(items: AsyncIterable<Item>, folder: string, options: ExportDirectory) {
  const { dir, exportId, partitionKey, files } = options
  const failed = new AbortController()
  const dataFiles = Array.from({ length: files }, (_, n) =>
    openDataFile(dir, `${folder}/${dataFileName(exportId, n)}`, failed.signal),
  )
  try {
    await Promise.all([spread(items, partitionKey, dataFiles, failed.signal), ...dataFiles.map(file => file.stored)])
  } catch (error) {
    failed.abort()
    throw error
  }
  return dataFiles
}

/** 26 characters of base 32, as DynamoDB's random names are; ours follow from the export's id. */
function dataFileName(exportId: string, n: number): string {
  const random = hash('sha256', `${exportId}/${n}`, 'buffer')
  return `${Array.from(random.subarray(0, 26), byte => 'abcdefghijklmnopqrstuvwxyz234567'[byte % 32]).join('')}.json.gz`
}

function openDataFile(dir: string, key: string, signal: AbortSignal): DataFile {
  // The fastest level: these files are read once, soon after.
  const gzip = createGzip({ level: 1 })
  const md5 = createHash('md5')
  gzip.on('data', (bytes: Buffer) => md5.update(bytes))
  const stored = pipeline(gzip, createWriteStream(join(dir, key)), { signal })
  return { key, gzip, md5, stored, lines: '', itemCount: 0, tableBytes: 0 }
}

/** Characters of lines gathered before they go to the compressor's thread. */
const chunk = 256 * 1024

async function spread(
  items: AsyncIterable<Item>,
  partitionKey: string,
  files: readonly DataFile[],
  signal: AbortSignal,
): Promise<void> {
  for await (const item of items) {
    const file = fileOf(item, partitionKey, files)
    file.lines += `{"Item":${itemJson(item)}}\n`
    file.itemCount += 1
    file.tableBytes += itemBytes(item)
    if (file.lines.length < chunk) continue
    signal.throwIfAborted()
    if (file.gzip.writableNeedDrain) await once(file.gzip, 'drain', { signal })
    file.gzip.write(file.lines)
    file.lines = ''
  }
  for (const file of files) file.gzip.end(file.lines)
}

function fileOf(item: Item, partitionKey: string, files: readonly DataFile[]): DataFile {
  const key = item[partitionKey]
  const value = key?.S ?? key?.N ?? key?.B
  const file = value && files[Math.floor((hash('md5', value, 'buffer').readUInt32BE() / 2 ** 32) * files.length)]
  if (!file) throw new Error(`item without ${partitionKey} as a string, number or binary: it cannot be in the table`)
  return file
}
