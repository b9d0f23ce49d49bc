import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { ExportDescription } from '@aws-sdk/client-dynamodb'
import type { WrittenExport } from './export-files.ts'
import type { ExportRequest } from './export-request.ts'

/** An export as DescribeExport gives it on the wire, where an instant is seconds since the epoch. */
export type Description = Omit<
  ExportDescription,
  'StartTime' | 'EndTime' | 'ExportTime' | 'IncrementalExportSpecification'
> & {
  readonly ExportArn: string
  readonly StartTime: number
  readonly EndTime?: number
  /** Of a full export. */
  readonly ExportTime?: number
  readonly IncrementalExportSpecification?: ExportRequest['IncrementalExportSpecification']
}

export interface ExportRecord {
  readonly request: ExportRequest
  readonly table: ExportedTable
  readonly description: Description
  /** The instant that the export holds: of an incremental one, its end. Milliseconds since 1970. */
  readonly instant: number
  /** There once the table was read; what is left is to upload it. */
  readonly cut?: WrittenExport
}

export interface ExportedTable {
  readonly name: string
  readonly arn: string
  readonly id: string
  readonly partitionKey: string
  readonly keyNames: readonly string[]
}

export interface ExportRecords {
  /** In the order in which they were asked for. */
  all(): readonly ExportRecord[]
  find(exportArn: string): ExportRecord | undefined
  save(record: ExportRecord): Promise<void>
}

/** The exports asked for, one file each. */
export async function openExportRecords(dir: string): Promise<ExportRecords> {
  await mkdir(dir, { recursive: true })
  const records = new Map<string, ExportRecord>()
  const save = async (record: ExportRecord) => {
    const { ExportArn } = record.description
    records.set(ExportArn, record)
    const path = join(dir, `${basename(ExportArn)}.json`)
    await writeFile(`${path}.tmp`, JSON.stringify(record))
    await rename(`${path}.tmp`, path)
  }

  for (const name of (await readdir(dir)).filter(name => name.endsWith('.json')).sort()) {
    const record: ExportRecord = JSON.parse(await readFile(join(dir, name), 'utf8'))
    records.set(record.description.ExportArn, record)
  }
  return { all: () => [...records.values()], find: exportArn => records.get(exportArn), save }
}
