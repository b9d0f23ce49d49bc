import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { type Bucket, uploadPath } from './bucket.ts'
import type { Algorithm, Checksum } from './checksum.ts'
import { checkStaged, dropData } from './data-file.ts'
import { S3Error } from './error.ts'
import { saveRecord } from './record.ts'
import type { Tag } from './tags.ts'

export interface Upload {
  readonly uploadId: string
  readonly key: string
  readonly initiated: string
  readonly headers: Readonly<Record<string, string>>
  readonly tags: readonly Tag[]
  readonly checksum?: { readonly algorithm: Algorithm; readonly type: Checksum['type'] } | undefined
  /** By number. */
  readonly parts: readonly Part[]
}

export interface Part {
  readonly number: number
  readonly file: string
  readonly size: number
  readonly md5: string
  readonly lastModified: string
  readonly checksum?: Checksum | undefined
}

export function addUpload(bucket: Bucket, upload: Omit<Upload, 'parts' | 'uploadId'>): Upload {
  const added: Upload = { ...upload, uploadId: randomBytes(16).toString('hex'), parts: [] }
  save(bucket, added)
  return added
}

export function findUpload(bucket: Bucket, key: string, uploadId: string | null): Upload {
  const upload = bucket.uploads.get(uploadId ?? '')
  if (upload?.key === key) return upload
  throw new S3Error(
    'NoSuchUpload',
    `The specified upload does not exist: ${uploadId}. It may have been aborted or completed.`,
  )
}

/** A part replaces the one of its number. */
export function addPart(bucket: Bucket, key: string, uploadId: string, part: Part): void {
  const upload = checkStaged(bucket, part, () => findUpload(bucket, key, uploadId))
  const others = upload.parts.filter(({ number }) => number !== part.number)
  save(bucket, { ...upload, parts: [...others, part].sort((one, other) => one.number - other.number) })
  for (const former of upload.parts) if (!others.includes(former)) dropData(bucket, former)
}

export function removeUpload(bucket: Bucket, { uploadId }: Upload): void {
  const parts = bucket.uploads.get(uploadId)?.parts ?? []
  rmSync(uploadPath(bucket, uploadId))
  bucket.uploads.delete(uploadId)
  for (const part of parts) dropData(bucket, part)
}

function save(bucket: Bucket, upload: Upload): void {
  saveRecord(uploadPath(bucket, upload.uploadId), upload)
  bucket.uploads.set(upload.uploadId, upload)
}
