import {
  CreateBucketCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutBucketVersioningCommand,
} from '@aws-sdk/client-s3'
import { expect, it } from 'vitest'
import { bucket, freshS3, refusal } from './support.ts'

it('lists the buckets by name with the time they were made', async () => {
  const { s3 } = await freshS3({ clock: () => new Date('2026-03-01T08:00:00Z') })
  await s3.send(new CreateBucketCommand({ Bucket: 'exports' }))
  const { Buckets } = await s3.send(new ListBucketsCommand())
  expect(Buckets).toEqual([
    { Name: 'exports', CreationDate: new Date('2026-03-01T08:00:00Z') },
    { Name: bucket, CreationDate: new Date('2026-03-01T08:00:00Z') },
  ])
})

it('says which region a bucket was made for', async () => {
  const { s3 } = await freshS3()
  await s3.send(
    new CreateBucketCommand({ Bucket: 'exports', CreateBucketConfiguration: { LocationConstraint: 'ap-southeast-1' } }),
  )
  expect((await s3.send(new HeadBucketCommand({ Bucket: 'exports' }))).BucketRegion).toBe('ap-southeast-1')
})

it('does not know a bucket that was not made', async () => {
  const { s3 } = await freshS3()
  expect(await refusal(s3.send(new HeadBucketCommand({ Bucket: 'elsewhere' })))).toEqual(['NotFound', 404])
  const get = new GetObjectCommand({ Bucket: 'elsewhere', Key: 'a' })
  expect(await refusal(s3.send(get))).toEqual(['NoSuchBucket', 404])
})

it('makes a bucket once', async () => {
  const { s3 } = await freshS3()
  const again = s3.send(new CreateBucketCommand({ Bucket: bucket }))
  expect(await refusal(again)).toEqual(['BucketAlreadyOwnedByYou', 409])
})

it.each(['Handover', 'ab', '-handover', 'hand..over', '.s3'])('refuses the bucket name %s', async name => {
  const { s3 } = await freshS3()
  expect(await refusal(s3.send(new CreateBucketCommand({ Bucket: name })))).toEqual(['InvalidBucketName', 400])
})

it('keeps no versions until it is told to', async () => {
  const { s3, put } = await freshS3()
  const versioning = async () => (await s3.send(new GetBucketVersioningCommand({ Bucket: bucket }))).Status
  expect([await versioning(), (await put('a')).VersionId]).toEqual([undefined, undefined])
  await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }))
  expect([await versioning(), (await put('a')).VersionId]).toEqual(['Enabled', expect.any(String)])
})

it('answers only to its own account', async () => {
  const { s3 } = await freshS3()
  await s3.send(new HeadBucketCommand({ Bucket: bucket, ExpectedBucketOwner: '000000000000' }))
  const head = new GetObjectCommand({ Bucket: bucket, Key: 'a', ExpectedBucketOwner: '111111111111' })
  expect(await refusal(s3.send(head))).toEqual(['AccessDenied', 403])
})
