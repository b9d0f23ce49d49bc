import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb'
import { type S3Client, S3ServiceException } from '@aws-sdk/client-s3'
import type { WrittenExport } from './export-files.ts'
import type { Description, ExportRecord } from './export-records.ts'
import { uploadExport } from './export-upload.ts'
import { type Cut, keepCut, keptCut, writeIncrementalExport } from './incremental-export.ts'
import { writeExportDirectory } from './table-export.ts'
import type { Item } from './table-item.ts'
import type { WriteGate } from './write-gate.ts'

export interface ExportNeeds {
  readonly dir: string
  readonly database: DynamoDBClient
  readonly gate: WriteGate
  readonly s3: S3Client
  /** How many data files an export has. */
  readonly files: number
  /** Milliseconds after its instant before which no export is complete, as point-in-time recovery lags on AWS. */
  readonly lag: number
}

/**
 * Carries the export out, or on from where an earlier process left it, and gives back how it ended: nothing after the signal, since
 * it goes on when the service is back. An instant that has come holds the writes before this returns. `keep` remembers the cut.
 */
export async function runExport(
  record: ExportRecord,
  needs: ExportNeeds,
  keep: (cut: WrittenExport) => Promise<void>,
  signal: AbortSignal,
): Promise<Description | undefined> {
  const { description, table } = record
  const { S3Bucket: bucket = '' } = description
  const instant = new Date(record.instant)
  // The cut is kept under its instant: what changed between two instants is the difference of their cuts.
  const dir = cutFolder(needs.dir, table.name, instant)
  try {
    const cut = record.cut ?? (await takeCut(dir, instant, record, needs, keep, signal))
    await until(record.instant + needs.lag, signal)
    await uploadExport({ s3: needs.s3, bucket, dir, keys: cut.keys, signal })
    return completed(description, cut)
  } catch (error) {
    if (signal.aborted) return undefined
    const code = error instanceof S3ServiceException ? `S3${error.name}` : 'InternalServerError'
    return failed(description, code, error instanceof S3ServiceException ? error.message : String(error))
  }
}

/** Where the cut of a table at an instant lies, named by its milliseconds since 1970. */
export function cutFolder(dir: string, table: string, instant: Date): string {
  return join(dir, 'cuts', table, String(instant.getTime()))
}

/** Milliseconds before its instant at which a cut holds the writes, since a timer may be late. */
const early = 50

async function takeCut(
  dir: string,
  instant: Date,
  { description, table }: ExportRecord,
  { dir: root, database, gate, files }: ExportNeeds,
  keep: (cut: WrittenExport) => Promise<void>,
  signal: AbortSignal,
): Promise<WrittenExport> {
  const {
    ExportArn,
    S3Bucket: bucket = '',
    S3Prefix,
    S3SseKmsKeyId,
    IncrementalExportSpecification: window,
  } = description
  const wait = instant.getTime() - early - Date.now()
  if (wait > 0) await sleep(wait, undefined, { signal })
  const target = {
    bucket,
    ...(S3Prefix === undefined ? {} : { prefix: S3Prefix }),
    exportId: basename(ExportArn),
    tableArn: table.arn,
    tableId: table.id,
    ...(S3SseKmsKeyId === undefined ? {} : { kmsKeyId: S3SseKmsKeyId }),
    clock: () => new Date(),
  }
  const folder = window ? 'whole' : ''
  const whole = await gate.cut(async () => {
    await until(instant.getTime(), signal)
    const { partitionKey } = table
    const full = { ...target, dir: join(dir, folder), exportTime: instant, partitionKey, files }
    return writeExportDirectory(scan(database, table.name, signal), full)
  })
  await keepCut(
    dir,
    whole.keys.filter(key => key.endsWith('.gz')).map(key => join(folder, key)),
  )
  const cut = window ? await writeChanges(window) : whole
  await keep(cut)
  return cut

  async function writeChanges({ ExportFromTime }: { readonly ExportFromTime: number }) {
    const began = new Date(Math.round(ExportFromTime * 1000))
    const from = (await keptCut(cutFolder(root, table.name, began), began)) as Cut
    const to = (await keptCut(dir, instant)) as Cut
    return writeIncrementalExport({ ...target, dir, from, to, keyNames: table.keyNames })
  }
}

/** Segments scanned side by side: measured here, four read half as fast again as one. */
const segments = 4

async function* scan(client: DynamoDBClient, table: string, signal: AbortSignal): AsyncGenerator<Item> {
  const scans = Array.from({ length: segments }, (_, Segment) => {
    const input = { TableName: table, ConsistentRead: true, Segment, TotalSegments: segments }
    return paginateScan({ client }, input, { abortSignal: signal })
  })
  while (true) {
    const pages = await Promise.all(scans.map(scan => scan.next()))
    if (pages.every(page => page.done)) return
    for (const page of pages) yield* page.value?.Items ?? []
  }
}

async function until(instant: number, signal: AbortSignal): Promise<void> {
  await sleep(Math.max(0, instant - Date.now()), undefined, { signal })
}

function completed(description: Description, { manifestKey, itemCount, billedSizeBytes }: WrittenExport): Description {
  return {
    ...description,
    ExportStatus: 'COMPLETED',
    EndTime: Date.now() / 1000,
    ExportManifest: manifestKey,
    ItemCount: itemCount,
    BilledSizeBytes: billedSizeBytes,
  }
}

function failed(description: Description, FailureCode: string, FailureMessage: string): Description {
  return { ...description, ExportStatus: 'FAILED', EndTime: Date.now() / 1000, FailureCode, FailureMessage }
}
