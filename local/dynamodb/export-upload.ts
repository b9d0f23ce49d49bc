import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'

export interface Upload {
  readonly s3: S3Client
  readonly bucket: string
  /** The folder that stands for the bucket. */
  readonly dir: string
  readonly keys: readonly string[]
  readonly signal: AbortSignal
}

/** Puts the files into the bucket one after the other, so whoever sees the last one sees them all. */
export async function uploadExport(upload: Upload): Promise<void> {
  for (const key of upload.keys) {
    if (key.endsWith('.gz')) await uploadInOnePart(key, upload)
    else await uploadWhole(key, upload)
  }
}

async function uploadWhole(key: string, { s3, bucket, dir, signal }: Upload): Promise<void> {
  const body = await readFile(join(dir, key))
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }), { abortSignal: signal })
}

/** A data file's ETag in the manifest is that of an upload in parts, so it must be one. */
async function uploadInOnePart(key: string, { s3, bucket, dir, signal }: Upload): Promise<void> {
  const target = { Bucket: bucket, Key: key }
  const abort = { abortSignal: signal }
  const path = join(dir, key)
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(target), abort)
  const { size } = await stat(path)
  const part = { UploadId, PartNumber: 1, Body: createReadStream(path), ContentLength: size }
  const { ETag, ChecksumCRC32 } = await s3.send(new UploadPartCommand({ ...target, ...part }), abort)
  const Parts = [{ PartNumber: 1, ETag, ChecksumCRC32 }]
  await s3.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }), abort)
}
