import { once } from 'node:events'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectRetentionCommand,
  GetObjectTaggingCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { expect, it } from 'vitest'
import { startS3 } from '../../../local/s3/s3.ts'
import { bucket, clientOf, dataFiles, freshFolder, spawnS3 } from './support.ts'

it('finds everything again after a restart', async () => {
  const { s3, restart } = await restartable()
  const a = { Bucket: 'locked', Key: 'a' }
  await s3().send(new CreateBucketCommand({ Bucket: 'locked', ObjectLockEnabledForBucket: true }))
  await s3().send(new PutObjectCommand({ ...a, Body: 'first', Tagging: 'k=v', Metadata: { n: '1' } }))
  const Retention = { Mode: 'COMPLIANCE', RetainUntilDate: new Date('2999-01-01T00:00:00Z') } as const
  await s3().send(new PutObjectRetentionCommand({ ...a, Retention }))
  await s3().send(new PutObjectCommand({ ...a, Key: 'b', Body: 'b' }))
  await s3().send(new DeleteObjectCommand({ ...a, Key: 'b' }))
  const { UploadId } = await s3().send(new CreateMultipartUploadCommand({ ...a, Key: 'c' }))
  const part = { ...a, Key: 'c', UploadId }
  const { ETag } = await s3().send(new UploadPartCommand({ ...part, PartNumber: 1, Body: 'part' }))

  await restart()
  const got = await s3().send(new GetObjectCommand(a))
  expect([await got.Body?.transformToString(), got.Metadata]).toEqual(['first', { n: '1' }])
  expect((await s3().send(new GetObjectTaggingCommand(a))).TagSet).toEqual([{ Key: 'k', Value: 'v' }])
  expect((await s3().send(new GetObjectRetentionCommand(a))).Retention).toEqual(Retention)
  const versions = await s3().send(new ListObjectVersionsCommand({ Bucket: 'locked' }))
  expect([versions.Versions?.length, versions.DeleteMarkers?.length]).toEqual([2, 1])
  expect((await s3().send(new ListPartsCommand(part))).Parts).toHaveLength(1)
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
  await s3().send(new CompleteMultipartUploadCommand({ ...part, MultipartUpload }))
  await restart()
  expect((await s3().send(new GetObjectCommand({ ...a, Key: 'c' }))).ContentLength).toBe(4)
})

it('lists in the same order after a restart', async () => {
  const { s3, restart } = await restartable()
  for (const Key of ['\u{1f3e5}', '\uffee', 'a']) {
    await s3().send(new PutObjectCommand({ Bucket: bucket, Key, Body: Key }))
  }
  await restart()
  const { Contents } = await s3().send(new ListObjectsV2Command({ Bucket: bucket }))
  expect(Contents?.map(({ Key }) => Key)).toEqual(['a', '\uffee', '\u{1f3e5}'])
})

it('puts a folder right that was left half changed', async () => {
  const { s3, restart, dir } = await restartable()
  for (const Key of ['lost', 'behind']) await s3().send(new PutObjectCommand({ Bucket: bucket, Key, Body: Key }))
  await restart(async () => {
    await rm(join(dir, bucket, 'lost'))
    await rm(join(dir, bucket, 'behind'))
    await writeFile(join(dir, bucket, 'behind'), 'former')
    await writeFile(join(dir, '.s3', bucket, 'data', 'unnamed'), 'bytes that no record names')
    await writeFile(join(dir, '.s3', bucket, 'objects', 'half.json.draft'), '{"key":')
  })
  for (const name of ['lost', 'behind']) expect(await readFile(join(dir, bucket, name), 'utf8')).toBe(name)
  expect(await dataFiles(dir)).toHaveLength(2)
  expect(await readdir(join(dir, '.s3', bucket, 'objects'))).toHaveLength(2)
})

it('counts an upload as over whose object was committed when it was killed', async () => {
  const { s3, restart, dir } = await restartable()
  const { UploadId } = await s3().send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: 'a' }))
  const upload = { Bucket: bucket, Key: 'a', UploadId }
  const { ETag } = await s3().send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'part' }))
  const record = join(dir, '.s3', bucket, 'uploads', `${UploadId}.json`)
  const before = await readFile(record)
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
  await s3().send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload }))
  await restart(() => writeFile(record, before))
  expect((await s3().send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads).toBeUndefined()
  expect((await s3().send(new GetObjectCommand({ Bucket: bucket, Key: 'a' }))).ContentLength).toBe(4)
})

it('keeps what it acknowledged when it is killed at any moment', { timeout: 60_000 }, async () => {
  const dir = await freshFolder()
  const acknowledged = new Map<string, number>()
  const attempted = new Map<string, number>()
  for (let round = 0; round < 8; round += 1) {
    const { endpoint, server } = await spawnS3(dir)
    const s3 = clientOf(endpoint)
    if (round === 0) await s3.send(new CreateBucketCommand({ Bucket: bucket }))
    await expectNothingLost(s3, dir, acknowledged, attempted)
    const writers = ['a', 'a/b', 'c', 'd'].map(key => write(s3, key))
    await new Promise(resolve => setTimeout(resolve, 30 + 30 * round))
    server.kill('SIGKILL')
    await once(server, 'exit')
    await Promise.all(writers)
  }
  expect(acknowledged.size).toBe(4)

  async function write(s3: S3Client, Key: string): Promise<void> {
    for (let n = (attempted.get(Key) ?? 0) + 1; ; n += 1) {
      attempted.set(Key, n)
      try {
        await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: bytesOf(Key, n) }))
      } catch {
        return
      }
      acknowledged.set(Key, n)
    }
  }
})

async function expectNothingLost(
  s3: S3Client,
  dir: string,
  acknowledged: ReadonlyMap<string, number>,
  attempted: ReadonlyMap<string, number>,
): Promise<void> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }))
  const held = new Map<string, Buffer>()
  for (const { Key = '' } of Contents) {
    const got = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }))
    held.set(Key, Buffer.from((await got.Body?.transformToByteArray()) ?? []))
  }
  for (const [key, n] of attempted) {
    const possible = [bytesOf(key, n), ...(acknowledged.has(key) ? [bytesOf(key, acknowledged.get(key) ?? 0)] : [])]
    const found = held.get(key)
    expect(found === undefined ? !acknowledged.has(key) : possible.some(bytes => bytes.equals(found))).toBe(true)
  }
  const shown = await readdir(join(dir, bucket), { recursive: true, withFileTypes: true })
  const files = shown.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
  const texts = await Promise.all(files.map(file => readFile(file, 'latin1')))
  expect(texts.sort()).toEqual([...held.values()].map(bytes => bytes.toString('latin1')).sort())
  expect(await dataFiles(dir)).toHaveLength(held.size)
}

/** Long enough to be cut off half-way. */
function bytesOf(key: string, n: number): Buffer {
  return Buffer.alloc(300_000, `${key} ${n} `)
}

async function restartable() {
  const dir = await freshFolder()
  let server = await startS3({ dir })
  let client = clientOf(server.endpoint)
  await client.send(new CreateBucketCommand({ Bucket: bucket }))
  return {
    dir,
    s3: () => client,
    restart: async (meanwhile: () => Promise<unknown> = async () => {}) => {
      await server.close()
      await meanwhile()
      server = await startS3({ dir })
      client = clientOf(server.endpoint)
    },
  }
}
