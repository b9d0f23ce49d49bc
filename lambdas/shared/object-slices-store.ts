import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3'

/** Pieces of objects, for whoever needs few of a large one's bytes. */
export interface ObjectSlices {
  /** The bytes from `start` to before `end`, counted from 0. */
  slice(key: string, start: number, end: number): Promise<ArrayBuffer>
}

export function s3ObjectSlices(s3: S3Client, bucket: string): ObjectSlices {
  return {
    async slice(Key, start, end) {
      const Range = `bytes=${start}-${end - 1}`
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key, Range }))
      const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array()
      return bytes.slice().buffer
    },
  }
}
