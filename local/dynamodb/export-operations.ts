import { randomBytes } from 'node:crypto'
import { basename, dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import {
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
  type TableDescription,
} from '@aws-sdk/client-dynamodb'
import { z } from 'zod'
import { Refusal, readInput } from '../aws-json.ts'
import type { WrittenExport } from './export-files.ts'
import {
  type Description,
  type ExportedTable,
  type ExportRecord,
  type ExportRecords,
  openExportRecords,
} from './export-records.ts'
import { type ExportRequest, exportInstant, readExportRequest } from './export-request.ts'
import { cutFolder, type ExportNeeds, runExport } from './export-run.ts'
import { keptCut, keptInstants } from './incremental-export.ts'

export interface ExportOperations {
  readonly operations: ReadonlyMap<string, (input: unknown) => Promise<object>>
  /** Exports under way go on when the service is opened again. */
  close(): Promise<void>
}

/** DynamoDB's operations on point-in-time exports, over tables that always have point-in-time recovery. */
export async function exportOperations(needs: ExportNeeds): Promise<ExportOperations> {
  const records = await openExportRecords(join(needs.dir, 'exports'))
  const stopped = new AbortController()
  const running = new Set<Promise<void>>()

  async function exportTable(input: unknown): Promise<object> {
    const request = readExportRequest(input)
    const table = await describeTable(needs.database, basename(request.TableArn))
    const earlier = sameToken(records, request)
    if (earlier) return { ExportDescription: earlier.description }

    const from = request.IncrementalExportSpecification?.ExportFromTime
    if (
      from !== undefined &&
      !(await keptCut(cutFolder(needs.dir, basename(request.TableArn), new Date(from * 1000)), new Date(from * 1000)))
    ) {
      throw new Refusal(
        'InvalidExportTimeException',
        `ExportFromTime: expected an instant of an earlier export, got ${new Date(from * 1000).toISOString()}`,
      )
    }

    // From here to `runExport` nothing may wait, or a write could come between the instant and its cut.
    const instant = exportInstant(request, needs.gate.lastWrite(basename(request.TableArn)))
    const record = {
      request,
      table: exportedTable(table),
      instant,
      description: startedExport(request, table, instant),
    }
    await begin(record)
    return { ExportDescription: record.description }
  }

  /** Settles once the record is kept. */
  async function begin(record: ExportRecord): Promise<void> {
    let kept = record
    const keep = async (cut: WrittenExport) => {
      await saved
      kept = { ...record, cut }
      await records.save(kept)
    }
    const ended = runExport(record, needs, keep, stopped.signal)
    const saved = records.save(record)
    const run = saved.then(async () => {
      const description = await ended
      if (description) await records.save({ ...kept, description })
    })
    running.add(run)
    void run.finally(() => running.delete(run))
    await saved
  }

  async function describeContinuousBackups(input: unknown): Promise<object> {
    const { TableName } = readInput(z.object({ TableName: z.string() }), input)
    await describeTable(needs.database, TableName)
    // A window may begin at any kept cut, a full export hold the table since its last write
    const cuts = await keptInstants(dirname(cutFolder(needs.dir, TableName, new Date())))
    return continuousBackups(Math.min(needs.gate.lastWrite(TableName), ...cuts), Date.now() - needs.lag)
  }

  for (const record of records.all()) if (record.description.ExportStatus === 'IN_PROGRESS') await begin(record)
  return {
    operations: new Map([
      ['ExportTableToPointInTime', exportTable],
      ['DescribeExport', async input => describeExport(records, input)],
      ['ListExports', async input => listExports(records, input)],
      ['DescribeContinuousBackups', describeContinuousBackups],
    ]),
    async close() {
      stopped.abort()
      await Promise.all(running)
    },
  }
}

async function describeTable(database: DynamoDBClient, name: string): Promise<TableDescription> {
  try {
    const { Table } = await database.send(new DescribeTableCommand({ TableName: name }))
    if (Table) return Table
    throw new Error(`table ${name}: described without a description`)
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error
    throw new Refusal('TableNotFoundException', `Table not found: ${name}`)
  }
}

/** Milliseconds for which DynamoDB remembers a client token. */
const tokenLife = 8 * 60 * 60 * 1000

function sameToken(records: ExportRecords, request: ExportRequest): ExportRecord | undefined {
  const since = (Date.now() - tokenLife) / 1000
  const earlier = records
    .all()
    .find(
      ({ description }) =>
        description.ClientToken !== undefined &&
        description.ClientToken === request.ClientToken &&
        description.StartTime > since,
    )
  if (!earlier || isDeepStrictEqual(earlier.request, request)) return earlier
  throw new Refusal('ExportConflictException', `ClientToken: ${request.ClientToken} came before with other parameters`)
}

function exportedTable({ TableName = '', TableArn = '', TableId = '', KeySchema }: TableDescription): ExportedTable {
  const partitionKey = KeySchema?.find(key => key.KeyType === 'HASH')?.AttributeName ?? ''
  const keyNames = KeySchema?.map(({ AttributeName = '' }) => AttributeName) ?? []
  return { name: TableName, arn: TableArn, id: TableId, partitionKey, keyNames }
}

function startedExport(request: ExportRequest, table: TableDescription, instant: number): Description {
  const now = Date.now()
  const { ClientToken, S3Bucket, S3BucketOwner, S3Prefix, S3SseAlgorithm, S3SseKmsKeyId } = request
  const { ExportType, IncrementalExportSpecification } = request
  return {
    ExportArn: `${table.TableArn}/export/${String(now).padStart(14, '0')}-${randomBytes(4).toString('hex')}`,
    ExportStatus: 'IN_PROGRESS',
    StartTime: now / 1000,
    TableArn: table.TableArn,
    TableId: table.TableId,
    ClientToken,
    S3Bucket,
    S3BucketOwner,
    S3Prefix,
    S3SseAlgorithm,
    S3SseKmsKeyId,
    ExportFormat: 'DYNAMODB_JSON',
    ExportType,
    ...(IncrementalExportSpecification ? { IncrementalExportSpecification } : { ExportTime: instant / 1000 }),
  }
}

function describeExport(records: ExportRecords, input: unknown): object {
  const { ExportArn } = readInput(z.object({ ExportArn: z.string() }), input)
  const record = records.find(ExportArn)
  if (!record) throw new Refusal('ExportNotFoundException', `Export not found: ${ExportArn}`)
  return { ExportDescription: record.description }
}

const listRequest = z.object({
  TableArn: z.string().optional(),
  MaxResults: z.number().int().min(1).max(25).default(25),
  NextToken: z.string().optional(),
})

function listExports(records: ExportRecords, input: unknown): object {
  const { TableArn, MaxResults, NextToken } = readInput(listRequest, input)
  const all = records.all().map(record => record.description)
  const ofTable = all.filter(description => !TableArn || description.TableArn === TableArn)
  const from = ofTable.findIndex(description => description.ExportArn === NextToken) + 1
  const page = ofTable.slice(from, from + MaxResults)
  return {
    ExportSummaries: page.map(({ ExportArn, ExportStatus, ExportType }) => ({ ExportArn, ExportStatus, ExportType })),
    ...(from + page.length < ofTable.length ? { NextToken: page.at(-1)?.ExportArn } : {}),
  }
}

function continuousBackups(earliest: number, latest: number): object {
  return {
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: {
        PointInTimeRecoveryStatus: 'ENABLED',
        RecoveryPeriodInDays: 35,
        EarliestRestorableDateTime: earliest / 1000,
        LatestRestorableDateTime: latest / 1000,
      },
    },
  }
}
