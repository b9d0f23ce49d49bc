import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketPolicyCommand,
  GetObjectAclCommand,
  GetObjectAttributesCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  type S3Client,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { bucket, freshS3, refusal } from './support.ts'

const a = { Bucket: bucket, Key: 'a' }
const b = { ...a, Body: 'b' }
const copied = { ...a, CopySource: `${bucket}/a` }
const mfa = { Bucket: bucket, VersioningConfiguration: { Status: 'Enabled', MFADelete: 'Enabled' } } as const

const asked: readonly (readonly [string, (s3: S3Client) => Promise<unknown>])[] = [
  ['DeleteBucket', s3 => s3.send(new DeleteBucketCommand({ Bucket: bucket }))],
  ['GetBucketPolicy', s3 => s3.send(new GetBucketPolicyCommand({ Bucket: bucket }))],
  ['GetObjectAcl', s3 => s3.send(new GetObjectAclCommand(a))],
  ['GetObjectAttributes', s3 => s3.send(new GetObjectAttributesCommand({ ...a, ObjectAttributes: ['ETag'] }))],
  ['ListObjects', s3 => s3.send(new ListObjectsCommand({ Bucket: bucket }))],
  ['PutBucketLifecycle', s3 => s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket: bucket }))],
  ['PutObjectAcl', s3 => s3.send(new PutObjectAclCommand({ ...a, ACL: 'private' }))],
  ['PutObjectLegalHold', s3 => s3.send(new PutObjectLegalHoldCommand({ ...a, LegalHold: { Status: 'ON' } }))],
  ['CopyObject with a condition', s3 => s3.send(new CopyObjectCommand({ ...copied, CopySourceIfMatch: '"etag"' }))],
  ['DeleteObject with a condition', s3 => s3.send(new DeleteObjectCommand({ ...a, IfMatch: '"etag"' }))],
  ['ListBuckets with a prefix', s3 => s3.send(new ListBucketsCommand({ Prefix: 'h' }))],
  ['PutBucketVersioning with MFA', s3 => s3.send(new PutBucketVersioningCommand(mfa))],
  ['PutObject with an ACL', s3 => s3.send(new PutObjectCommand({ ...b, ACL: 'public-read' }))],
  ['PutObject with encryption', s3 => s3.send(new PutObjectCommand({ ...b, ServerSideEncryption: 'aws:kms' }))],
  ['PutObject with a storage class', s3 => s3.send(new PutObjectCommand({ ...b, StorageClass: 'GLACIER' }))],
  ['PutObject with a legal hold', s3 => s3.send(new PutObjectCommand({ ...b, ObjectLockLegalHoldStatus: 'ON' }))],
  ['UploadPartCopy', copyPart],
]

describe('what is not implemented says so', () => {
  it.each(asked)('%s', async (_, ask) => {
    const { s3, put } = await freshS3()
    await put('a')
    expect(await refusal(ask(s3))).toEqual(['NotImplemented', 501])
  })
})

async function copyPart(s3: S3Client): Promise<unknown> {
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(a))
  return s3.send(new UploadPartCopyCommand({ ...copied, UploadId, PartNumber: 1 }))
}
