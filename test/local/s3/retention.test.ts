import {
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  type ObjectLockRetention,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
} from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { bucket, freshS3, refusal } from './support.ts'

const march = new Date('2026-03-01T00:00:00Z')
const april = new Date('2026-04-01T00:00:00Z')
const may = new Date('2026-05-01T00:00:00Z')
const denied = ['AccessDenied', 403]
const bypass = { BypassGovernanceRetention: true }

describe.each(['GOVERNANCE', 'COMPLIANCE'] as const)('a version retained in %s', Mode => {
  it('says so', async () => {
    const { s3, version, retain } = await stored()
    await retain({ Mode, RetainUntilDate: april })
    const { Retention } = await s3.send(new GetObjectRetentionCommand(version))
    expect(Retention).toEqual({ Mode, RetainUntilDate: april })
    const head = await s3.send(new HeadObjectCommand(version))
    expect(head).toMatchObject({ ObjectLockMode: Mode, ObjectLockRetainUntilDate: april })
  })

  it('cannot be deleted before its time', async () => {
    const { s3, version, retain, setNow } = await stored()
    await retain({ Mode, RetainUntilDate: april })
    expect(await refusal(s3.send(new DeleteObjectCommand(version)))).toEqual(denied)
    const { Bucket, ...one } = version
    const many = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [one] } }))
    expect([many.Deleted, many.Errors]).toEqual([
      undefined,
      [expect.objectContaining({ ...one, Code: 'AccessDenied' })],
    ])
    expect(await (await s3.send(new GetObjectCommand(version))).Body?.transformToString()).toBe('held')
    setNow(april)
    await s3.send(new DeleteObjectCommand(version))
  })

  it('may be hidden behind a newer one or a marker, and stays', async () => {
    const { s3, version, retain } = await stored()
    await retain({ Mode, RetainUntilDate: april })
    const { Bucket, Key } = version
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'newer' }))
    await s3.send(new DeleteObjectCommand({ Bucket, Key }))
    expect(await (await s3.send(new GetObjectCommand(version))).Body?.transformToString()).toBe('held')
  })

  it('may be held longer, not shorter', async () => {
    const { retain, setNow } = await stored()
    await retain({ Mode, RetainUntilDate: april })
    await retain({ Mode, RetainUntilDate: may })
    expect(await refusal(retain({ Mode, RetainUntilDate: april }))).toEqual(denied)
    expect(await refusal(retain({}))).toEqual(denied)
    setNow(may)
    await retain({})
  })
})

describe('the bypass', () => {
  it('lifts governance', async () => {
    const { s3, version, retain } = await stored()
    await retain({ Mode: 'GOVERNANCE', RetainUntilDate: may })
    await retain({ Mode: 'GOVERNANCE', RetainUntilDate: april }, bypass)
    await s3.send(new DeleteObjectCommand({ ...version, ...bypass }))
    expect(await refusal(s3.send(new HeadObjectCommand(version)))).toEqual(['NotFound', 404])
  })

  it('does not lift compliance', async () => {
    const { s3, version, retain } = await stored()
    await retain({ Mode: 'COMPLIANCE', RetainUntilDate: may })
    expect(await refusal(retain({ Mode: 'COMPLIANCE', RetainUntilDate: april }, bypass))).toEqual(denied)
    expect(await refusal(retain({ Mode: 'GOVERNANCE', RetainUntilDate: may }, bypass))).toEqual(denied)
    expect(await refusal(s3.send(new DeleteObjectCommand({ ...version, ...bypass })))).toEqual(denied)
  })
})

it('is refused for the past, and in a bucket without Object Lock', async () => {
  const { s3, retain, put } = await stored()
  expect(await refusal(retain({ Mode: 'GOVERNANCE', RetainUntilDate: march }))).toEqual(['InvalidArgument', 400])
  await put('a')
  const a = { Bucket: bucket, Key: 'a' }
  const Retention = { Mode: 'GOVERNANCE', RetainUntilDate: april } as const
  expect(await refusal(s3.send(new PutObjectRetentionCommand({ ...a, Retention })))).toEqual(['InvalidRequest', 400])
  expect(await refusal(s3.send(new GetObjectRetentionCommand(a)))).toEqual(['InvalidRequest', 400])
})

it('is not there until it is set', async () => {
  const { s3, version } = await stored()
  const get = s3.send(new GetObjectRetentionCommand(version))
  expect(await refusal(get)).toEqual(['NoSuchObjectLockConfiguration', 404])
})

it('comes with versions that cannot be suspended', async () => {
  const { s3, version } = await stored()
  const { Bucket } = version
  expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Enabled')
  const suspend = new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } })
  expect(await refusal(s3.send(suspend))).toEqual(['InvalidBucketState', 409])
})

describe('a bucket’s default', () => {
  it('retains what is put from then on, from when it is put', async () => {
    const { s3, version } = await stored()
    const { Bucket } = version
    await s3.send(lockFor(Bucket, 'COMPLIANCE', 31))

    const put = await s3.send(new PutObjectCommand({ Bucket, Key: 'b', Body: 'later' }))

    const later = { Bucket, Key: 'b', VersionId: put.VersionId }
    const head = await s3.send(new HeadObjectCommand(later))
    expect(head).toMatchObject({ ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: april })
    expect(await refusal(s3.send(new DeleteObjectCommand({ ...later, ...bypass })))).toEqual(denied)
    expect((await s3.send(new HeadObjectCommand(version))).ObjectLockMode).toBeUndefined()
  })

  it('is taken away by a configuration without a rule', async () => {
    const { s3, version } = await stored()
    const { Bucket } = version
    await s3.send(lockFor(Bucket, 'GOVERNANCE', 1))
    await s3.send(
      new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' } }),
    )

    await s3.send(new PutObjectCommand({ Bucket, Key: 'b', Body: 'free' }))

    expect((await s3.send(new HeadObjectCommand({ Bucket, Key: 'b' }))).ObjectLockMode).toBeUndefined()
  })

  it('is refused without Object Lock, and without whole days', async () => {
    const { s3, version } = await stored()
    expect(await refusal(s3.send(lockFor(bucket, 'COMPLIANCE', 1)))).toEqual(['InvalidBucketState', 409])
    expect(await refusal(s3.send(lockFor(version.Bucket, 'COMPLIANCE', 0)))).toEqual(['MalformedXML', 400])
  })
})

function lockFor(Bucket: string, Mode: 'COMPLIANCE' | 'GOVERNANCE', Days: number) {
  const Rule = { DefaultRetention: { Mode, Days } }
  return new PutObjectLockConfigurationCommand({
    Bucket,
    ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule },
  })
}

/** In March: one object, `held`, in a bucket with Object Lock. */
async function stored() {
  let now = march
  const { s3, put } = await freshS3({ clock: () => now })
  await s3.send(new CreateBucketCommand({ Bucket: 'locked', ObjectLockEnabledForBucket: true }))
  const { VersionId } = await s3.send(new PutObjectCommand({ Bucket: 'locked', Key: 'a', Body: 'held' }))
  const version = { Bucket: 'locked', Key: 'a', VersionId }
  return {
    s3,
    put,
    version,
    setNow: (next: Date) => {
      now = next
    },
    retain: (Retention: ObjectLockRetention, how: Partial<typeof bypass> = {}) =>
      s3.send(new PutObjectRetentionCommand({ ...version, Retention, ...how })),
  }
}
