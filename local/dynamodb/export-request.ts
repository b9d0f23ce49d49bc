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
  ExportType: z.literal('FULL_EXPORT').optional(),
  ClientToken: z.string().optional(),
})

export type ExportRequest = z.infer<typeof exportRequest>

export function readExportRequest(input: unknown): ExportRequest {
  return readInput(exportRequest, input)
}

/** The export lies in a folder of that name on this machine first. */
function isPlainPath(prefix: string): boolean {
  return prefix.split('/').every(folder => !['', '.', '..'].includes(folder))
}

/** Milliseconds for which an export may wait for its instant: the next whole minute is as far as anybody needs. */
const furthest = 60_000

/** Only the table as it is now, or will be, can be scanned: an instant before its last write is gone. */
export function exportInstant({ ExportTime }: ExportRequest, lastWrite: number): number {
  const now = Date.now()
  if (ExportTime === undefined) return now
  const instant = Math.round(ExportTime * 1000)
  if (instant >= lastWrite && instant <= now + furthest) return instant
  throw new Refusal(
    'InvalidExportTimeException',
    `ExportTime: expected ${new Date(lastWrite).toISOString()} (the table's last write) ` +
      `to ${new Date(now + furthest).toISOString()}, got ${new Date(instant).toISOString()}`,
  )
}
