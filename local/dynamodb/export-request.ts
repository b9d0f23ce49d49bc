import { z } from 'zod'
import { Refusal, readInput } from '../aws-json.ts'

/** What of ExportTableToPointInTime this service honours; anything else is refused rather than ignored. */
const exportRequest = z.strictObject({
  TableArn: z.string().regex(/^arn:aws:dynamodb:[a-z0-9-]+:\d{12}:table\/[\w.-]+$/),
  S3Bucket: z.string().min(1),
  S3BucketOwner: z.string().optional(),
  S3Prefix: z.string().refine(isPlainPath, 'expected folders joined by /').optional(),
  S3SseAlgorithm: z.enum(['AES256', 'KMS']).default('AES256'),
  S3SseKmsKeyId: z.string().optional(),
  /** Seconds since the epoch. */
  ExportTime: z.number().optional(),
  ExportFormat: z.literal('DYNAMODB_JSON').optional(),
  ExportType: z.enum(['FULL_EXPORT', 'INCREMENTAL_EXPORT']).default('FULL_EXPORT'),
  IncrementalExportSpecification: z
    .strictObject({
      /** Seconds since the epoch; the first instant of the window, and the first after it. */
      ExportFromTime: z.number(),
      ExportToTime: z.number(),
      ExportViewType: z.literal('NEW_AND_OLD_IMAGES').default('NEW_AND_OLD_IMAGES'),
    })
    .optional(),
  ClientToken: z.string().optional(),
})

const windowed = exportRequest
  .refine(
    ({ ExportType, IncrementalExportSpecification: window }) =>
      (ExportType === 'INCREMENTAL_EXPORT') === (window !== undefined),
    { path: ['IncrementalExportSpecification'], error: 'it goes with INCREMENTAL_EXPORT, and with that alone' },
  )
  .refine(({ IncrementalExportSpecification: window }) => !window || window.ExportFromTime < window.ExportToTime, {
    path: ['IncrementalExportSpecification', 'ExportFromTime'],
    error: 'expected an instant before ExportToTime',
  })

export type ExportRequest = z.infer<typeof exportRequest>

export function readExportRequest(input: unknown): ExportRequest {
  return readInput(windowed, input)
}

/** The export lies in a folder of that name on this machine first. */
function isPlainPath(prefix: string): boolean {
  return prefix.split('/').every(folder => !['', '.', '..'].includes(folder))
}

/** Milliseconds for which an export may wait for its instant: the next whole minute is as far as anybody needs. */
const furthest = 60_000

/** Only the table as it is now, or will be, can be scanned: an instant before its last write is gone. */
export function exportInstant(request: ExportRequest, lastWrite: number): number {
  const now = Date.now()
  const { ExportTime, IncrementalExportSpecification: window } = request
  const asked = window?.ExportToTime ?? ExportTime
  if (asked === undefined) return now
  const instant = Math.round(asked * 1000)
  if (instant >= lastWrite && instant <= now + furthest) return instant
  throw new Refusal(
    'InvalidExportTimeException',
    `ExportTime: expected ${new Date(lastWrite).toISOString()} (the table's last write) ` +
      `to ${new Date(now + furthest).toISOString()}, got ${new Date(instant).toISOString()}`,
  )
}
