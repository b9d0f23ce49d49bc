import { createHash, hash } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'

export interface ExportDirectory {
  /** Stands for the bucket: the export lies under `<dir>/<prefix>/AWSDynamoDB/<exportId>/`. */
  readonly dir: string
  readonly bucket: string
  readonly prefix?: string
  /** As DynamoDB forms it: the instant of the request in milliseconds, 14 digits, then `-` and 8 hex digits. */
  readonly exportId: string
  readonly tableArn: string
  readonly tableId: string
  /** Under which it is encrypted; without one under a key of S3's own. */
  readonly kmsKeyId?: string
  readonly clock: () => Date
}

/** Which state of the table it holds, as the summary says it. */
export type ExportedState =
  | { readonly exportTime: Date }
  | {
      readonly exportFromTime: Date
      readonly exportToTime: Date
      readonly exportType: 'INCREMENTAL_EXPORT'
      readonly outputView: 'NEW_AND_OLD_IMAGES'
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

export function exportPrefix({ prefix }: Pick<ExportDirectory, 'prefix'>): string {
  return `${prefix ? `${prefix}/` : ''}AWSDynamoDB`
}

/** Writes an export's manifests around its data files, which `write` makes. Equal files, options and clock give equal bytes. */
export async function writeExportFiles(
  options: ExportDirectory,
  state: ExportedState,
  write: () => Promise<readonly DataFile[]>,
): Promise<WrittenExport> {
  const { dir, bucket, prefix, exportId, tableArn, tableId, kmsKeyId, clock } = options
  const startTime = clock()
  const exportArn = `${tableArn}/export/${exportId}`
  const folder = `${exportPrefix(options)}/${exportId}`
  const keys: string[] = []
  const put = async (key: string, text: string) => {
    await writeFile(join(dir, key), text)
    keys.push(key)
  }
  await mkdir(join(dir, folder, 'data'), { recursive: true })
  await put(`${folder}/_started`, '')

  const dataFiles = await write()
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
    ...state,
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

/** A data file that is written. */
export interface DataFile {
  readonly key: string
  readonly md5: Buffer
  readonly itemCount: number
  readonly tableBytes: number
}

function manifestLine({ itemCount, md5, key }: DataFile): object {
  return { itemCount, md5Checksum: md5.toString('base64'), etag: `${hash('md5', md5)}-1`, dataFileS3Key: key }
}

/** 26 characters of base 32, as DynamoDB's random names are; ours follow from the export's id. */
export function dataFileName(exportId: string, n: number): string {
  const random = hash('sha256', `${exportId}/${n}`, 'buffer')
  return `${Array.from(random.subarray(0, 26), byte => 'abcdefghijklmnopqrstuvwxyz234567'[byte % 32]).join('')}.json.gz`
}

/** A data file that grows line by line. */
export interface GrowingFile {
  /** `tableBytes`: the size of the line's item in the table. */
  add(line: string, tableBytes: number): Promise<void>
  end(): Promise<DataFile>
  /** Settles when the file is stored, or fails as soon as it cannot be. */
  readonly stored: Promise<void>
}

/** Characters of lines gathered before they go to the compressor's thread. */
const chunk = 256 * 1024

export function growFile(dir: string, key: string, signal?: AbortSignal): GrowingFile {
  // The fastest level: these files are read once, soon after.
  const gzip = createGzip({ level: 1 })
  const md5 = createHash('md5')
  gzip.on('data', (bytes: Buffer) => md5.update(bytes))
  const abort = signal ? { signal } : {}
  const stored = pipeline(gzip, createWriteStream(join(dir, key)), abort)
  let lines = ''
  let itemCount = 0
  let tableBytes = 0
  return {
    stored,
    async add(line, bytes) {
      lines += `${line}\n`
      itemCount += 1
      tableBytes += bytes
      if (lines.length < chunk) return
      signal?.throwIfAborted()
      if (gzip.writableNeedDrain) await once(gzip, 'drain', abort)
      gzip.write(lines)
      lines = ''
    },
    async end() {
      gzip.end(lines)
      await stored
      return { key, md5: md5.digest(), itemCount, tableBytes }
    },
  }
}
