import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { bucket, dataFiles, freshS3, refusal } from './support.ts'

const racers = Array.from({ length: 20 }, (_, n) => `racer ${n}`)
const a = { Bucket: bucket, Key: 'a' }

describe('a conditional put', () => {
  it('lets one of twenty racers win a key that is not there', async () => {
    const { s3 } = await freshS3()
    const put = (Body: string) => s3.send(new PutObjectCommand({ ...a, Body, IfNoneMatch: '*' }))
    await expectOneWinner(s3, racers.map(put))
  })

  it('lets one of twenty racers win the ETag that they all saw', async () => {
    const { s3, put } = await freshS3()
    const { ETag } = await put('a')
    const race = (Body: string) => s3.send(new PutObjectCommand({ ...a, Body, IfMatch: ETag }))
    await expectOneWinner(s3, racers.map(race))
  })

  it('stores nothing when the condition fails', async () => {
    const { s3, dir, put } = await freshS3()
    await put('a', 'first')
    for (const condition of [{ IfNoneMatch: '*' }, { IfMatch: '"another"' }]) {
      const second = s3.send(new PutObjectCommand({ ...a, Body: 'second', ...condition }))
      expect(await refusal(second)).toEqual(['PreconditionFailed', 412])
    }
    expect(await (await s3.send(new GetObjectCommand(a))).Body?.transformToString()).toBe('first')
    expect(await dataFiles(dir)).toHaveLength(1)
  })

  it('finds nothing to match where nothing is, nor where it was deleted', async () => {
    const { s3, put } = await freshS3()
    const { ETag } = await put('a')
    await s3.send(new DeleteObjectCommand(a))
    const onto = s3.send(new PutObjectCommand({ ...a, Body: 'b', IfMatch: ETag }))
    expect(await refusal(onto)).toEqual(['NoSuchKey', 404])
    await s3.send(new PutObjectCommand({ ...a, Body: 'b', IfNoneMatch: '*' }))
  })

  it('takes nothing but * for If-None-Match', async () => {
    const { s3 } = await freshS3()
    const named = s3.send(new PutObjectCommand({ ...a, Body: 'b', IfNoneMatch: '"etag"' }))
    expect(await refusal(named)).toEqual(['NotImplemented', 501])
  })
})

describe('a conditional completion of an upload', () => {
  it('lets one of twenty racers win a key that is not there', async () => {
    const { s3 } = await freshS3()
    const uploads = await Promise.all(racers.map(body => uploadOf(s3, body)))
    const complete = (upload: Awaited<ReturnType<typeof uploadOf>>) =>
      s3.send(new CompleteMultipartUploadCommand({ ...upload, IfNoneMatch: '*' }))
    await expectOneWinner(s3, uploads.map(complete))
  })

  it('matches the ETag that it names', async () => {
    const { s3, put } = await freshS3()
    const { ETag } = await put('a')
    const upload = await uploadOf(s3, 'second')
    const other = new CompleteMultipartUploadCommand({ ...upload, IfMatch: '"another"' })
    expect(await refusal(s3.send(other))).toEqual(['PreconditionFailed', 412])
    await s3.send(new CompleteMultipartUploadCommand({ ...upload, IfMatch: ETag }))
  })
})

describe('a conditional read', () => {
  const seen = new Date('2026-03-01T08:00:00Z')
  const earlier = new Date('2026-03-01T07:00:00Z')

  async function stored() {
    const { s3, put } = await freshS3({ clock: () => new Date('2026-03-01T08:00:00.700Z') })
    const { ETag } = await put('a')
    return { s3, ETag }
  }

  it.each([GetObjectCommand, HeadObjectCommand])('answers 304 to who has it already (%o)', async Command => {
    const { s3, ETag } = await stored()
    const status = async (condition: object) => (await refusal(s3.send(new Command({ ...a, ...condition }))))[1]
    expect(await status({ IfNoneMatch: ETag })).toBe(304)
    expect(await status({ IfModifiedSince: seen })).toBe(304)
    expect(await status({ IfMatch: '"another"' })).toBe(412)
    expect(await status({ IfUnmodifiedSince: earlier })).toBe(412)
  })

  it.each([GetObjectCommand, HeadObjectCommand])('gives it to who has not (%o)', async Command => {
    const { s3, ETag } = await stored()
    for (const condition of [
      { IfNoneMatch: '"another"' },
      { IfModifiedSince: earlier },
      { IfMatch: ETag },
      { IfUnmodifiedSince: seen },
      { IfMatch: ETag, IfUnmodifiedSince: earlier },
      { IfNoneMatch: '"another"', IfModifiedSince: seen },
    ]) {
      expect((await s3.send(new Command({ ...a, ...condition }))).ETag).toBe(ETag)
    }
  })
})

async function expectOneWinner(s3: S3Client, answers: readonly Promise<unknown>[]): Promise<void> {
  const settled = await Promise.allSettled(answers)
  const winners = racers.filter((_, n) => settled[n]?.status === 'fulfilled')
  expect(winners).toHaveLength(1)
  for (const { reason } of settled.filter(one => one.status === 'rejected')) {
    expect(reason).toMatchObject({ name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } })
  }
  expect([await (await s3.send(new GetObjectCommand(a))).Body?.transformToString()]).toEqual(winners)
}

async function uploadOf(s3: S3Client, Body: string) {
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(a))
  const { ETag } = await s3.send(new UploadPartCommand({ ...a, UploadId, PartNumber: 1, Body }))
  return { ...a, UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } }
}
