import { DescribeExportCommand, type DynamoDBClient, ExportTableToPointInTimeCommand } from '@aws-sdk/client-dynamodb'

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

export function tableExport(db: DynamoDBClient, tableArn: string, bucket: string): TableExport {
  return {
    async begin(asOf, token) {
      const { ExportDescription } = await db.send(
        new ExportTableToPointInTimeCommand({
          TableArn: tableArn,
          S3Bucket: bucket,
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
