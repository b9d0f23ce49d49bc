import {
  DescribeContinuousBackupsCommand,
  DescribeExportCommand,
  type DynamoDBClient,
  ExportTableToPointInTimeCommand,
} from '@aws-sdk/client-dynamodb'
import type { ExportWindow } from '../handover.ts'

/** Where an export goes, and the key under which it lies there: without its name DynamoDB would take another than the bucket's. */
export interface ExportTarget {
  readonly bucket: string
  readonly key: string
}

/** DynamoDB's own export of the registry table. */
export interface TableExport {
  /**
   * Begins the export of the table as it stood at an instant, or of what changed in a window, with both images; the same token begins
   * it once (for 8 hours). Gives its ARN.
   */
  begin(what: Date | ExportWindow, token: string): Promise<string>
  state(exportArn: string): Promise<ExportState>
}

/** How far back the registry table can be recovered, and so exported. */
export interface TableRecovery {
  earliest(): Promise<Date>
}

export type ExportState =
  | { readonly status: 'IN_PROGRESS' }
  | { readonly status: 'COMPLETED'; readonly summaryKey: string }
  | { readonly status: 'FAILED'; readonly reason: string }

export function tableExport(db: DynamoDBClient, tableArn: string, { bucket, key }: ExportTarget): TableExport {
  return {
    async begin(what, token) {
      const { ExportDescription } = await db.send(
        new ExportTableToPointInTimeCommand({
          TableArn: tableArn,
          S3Bucket: bucket,
          S3SseAlgorithm: 'KMS',
          S3SseKmsKeyId: key,
          ExportFormat: 'DYNAMODB_JSON',
          ClientToken: token,
          ...(what instanceof Date ? fullExport(what) : incrementalExport(what)),
        }),
      )
      return ExportDescription?.ExportArn as string
    },
    async state(exportArn) {
      const { ExportDescription } = await db.send(new DescribeExportCommand({ ExportArn: exportArn }))
      const {
        ExportStatus: status,
        ExportManifest: summaryKey,
        FailureMessage: reason = 'no reason given',
      } = ExportDescription ?? {}
      if (status === 'COMPLETED') return { status, summaryKey: summaryKey as string }
      return status === 'FAILED' ? { status, reason } : { status: 'IN_PROGRESS' }
    },
  }
}

export function tableRecovery(db: DynamoDBClient, tableArn: string): TableRecovery {
  return {
    async earliest() {
      const { ContinuousBackupsDescription } = await db.send(
        new DescribeContinuousBackupsCommand({ TableName: tableArn.slice(tableArn.lastIndexOf('/') + 1) }),
      )
      return ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.EarliestRestorableDateTime as Date
    },
  }
}

function fullExport(ExportTime: Date) {
  return { ExportType: 'FULL_EXPORT', ExportTime } as const
}

function incrementalExport({ from, to }: ExportWindow) {
  const IncrementalExportSpecification = {
    ExportFromTime: new Date(from),
    ExportToTime: new Date(to),
    ExportViewType: 'NEW_AND_OLD_IMAGES',
  } as const
  return { ExportType: 'INCREMENTAL_EXPORT', IncrementalExportSpecification } as const
}
