import { DescribeExportCommand, type DynamoDBClient, ExportTableToPointInTimeCommand } from '@aws-sdk/client-dynamodb'

/** Where an export goes, and the key under which it lies there: without its name DynamoDB would take another than the bucket's. */
export interface ExportTarget {
  readonly bucket: string
  readonly key: string
}

/** DynamoDB's own export of the registry table. */
export interface TableExport {
  /** Begins the export of the table as it stood at `asOf`; the same token begins it once (for 8 hours). Gives its ARN. */
  begin(asOf: Date, token: string): Promise<string>
  state(exportArn: string): Promise<ExportState>
}

export type ExportState =
  | { readonly status: 'IN_PROGRESS' }
  | { readonly status: 'COMPLETED'; readonly summaryKey: string }
  | { readonly status: 'FAILED'; readonly reason: string }

export function tableExport(db: DynamoDBClient, tableArn: string, { bucket, key }: ExportTarget): TableExport {
  return {
    async begin(asOf, token) {
      const { ExportDescription } = await db.send(
        new ExportTableToPointInTimeCommand({
          TableArn: tableArn,
          S3Bucket: bucket,
          S3SseAlgorithm: 'KMS',
          S3SseKmsKeyId: key,
          ExportTime: asOf,
          ExportFormat: 'DYNAMODB_JSON',
          ExportType: 'FULL_EXPORT',
          ClientToken: token,
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
