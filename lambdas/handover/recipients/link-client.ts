import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'

/** Links by which whoever has one reads one object, without an account. */
export interface Links {
  /** For so many seconds from `now`, or until the credentials that sign it end. */
  toRead(key: string, seconds: number, now: Date): Promise<string>
}

export function s3Links(s3: S3Client, bucket: string): Links {
  return {
    toRead: (Key, expiresIn, signingDate) =>
      getSignedUrl(s3, new GetObjectCommand({ Bucket: bucket, Key }), { expiresIn, signingDate }),
  }
}
