import { createHash } from 'node:crypto'
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandInput,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { bucket, dataFiles, freshS3, refusal } from './support.ts'

const big = { Bucket: bucket, Key: 'big' }
const MiB = 2 ** 20
const bodies = [Buffer.alloc(5 * MiB, 'a'), Buffer.alloc(5 * MiB, 'b'), Buffer.from('end')]
const whole = Buffer.concat(bodies)
const hash = (algorithm: string, ...bytes: readonly Buffer[]) =>
  bytes.reduce((sum, one) => sum.update(one), createHash(algorithm)).digest()
const joined = (hashes: readonly Buffer[]) => Buffer.concat(hashes)

describe('an upload in parts', () => {
  it('becomes one object with the ETag of its parts', async () => {
    const { s3, dir } = await freshS3()
    const { UploadId, parts } = await uploaded(s3, { ContentType: 'text/plain', Metadata: { n: '1' }, Tagging: 'k=v' })
    const { ETag } = await complete(s3, UploadId, parts)
    expect(ETag).toBe(`"${hash('md5', joined(bodies.map(body => hash('md5', body)))).toString('hex')}-3"`)
    const got = await s3.send(new GetObjectCommand(big))
    expect(got).toMatchObject({ ETag, ContentType: 'text/plain', Metadata: { n: '1' }, TagCount: 1 })
    expect(whole.equals((await got.Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true)
    const { TagSet } = await s3.send(new GetObjectTaggingCommand(big))
    expect(TagSet).toEqual([{ Key: 'k', Value: 'v' }])
    expect(await dataFiles(dir)).toHaveLength(1)
  })

  it('can be read part by part', async () => {
    const { s3 } = await freshS3()
    const { UploadId, parts } = await uploaded(s3)
    await complete(s3, UploadId, parts)
    const last = await s3.send(new GetObjectCommand({ ...big, PartNumber: 3 }))
    expect(await last.Body?.transformToString()).toBe('end')
    expect(last).toMatchObject({ $metadata: { httpStatusCode: 206 }, PartsCount: 3 })
    expect(last.ContentRange).toBe(`bytes ${10 * MiB}-${10 * MiB + 2}/${10 * MiB + 3}`)
    const first = await s3.send(new HeadObjectCommand({ ...big, PartNumber: 1 }))
    expect(first.ContentLength).toBe(5 * MiB)
    expect((await s3.send(new HeadObjectCommand(big))).PartsCount).toBeUndefined()
    const both = new GetObjectCommand({ ...big, PartNumber: 1, Range: 'bytes=0-1' })
    expect(await refusal(s3.send(both))).toEqual(['InvalidRequest', 400])
    const fourth = new GetObjectCommand({ ...big, PartNumber: 4 })
    expect(await refusal(s3.send(fourth))).toEqual(['InvalidPartNumber', 416])
  })

  it('takes any of its parts, and the last of those that bear one number', async () => {
    const { s3, dir } = await freshS3()
    const { UploadId, parts } = await uploaded(s3)
    const { ETag } = await s3.send(new UploadPartCommand({ ...big, UploadId, PartNumber: 3, Body: 'END' }))
    expect(await dataFiles(dir)).toHaveLength(3)
    const [first, , former] = parts
    expect(await refusal(complete(s3, UploadId, [first, former]))).toEqual(['InvalidPart', 400])
    await complete(s3, UploadId, [first, { PartNumber: 3, ETag }])
    const got = await s3.send(new GetObjectCommand({ ...big, Range: 'bytes=-5' }))
    expect(await got.Body?.transformToString()).toBe('aaEND')
  })

  it.each([
    ['EntityTooSmall', [2, 0, 1], [1, 2, 3]],
    ['InvalidPartOrder', [0, 1, 2], [2, 1, 3]],
    ['InvalidPartOrder', [0, 1, 2], [1, 1, 3]],
    ['InvalidPart', [0, 1, 2], [1, 2, 4]],
    ['MalformedXML', [0, 1, 2], []],
  ])('is refused with %s', async (code, order, numbers) => {
    const { s3 } = await freshS3()
    const { UploadId, parts } = await uploaded(
      s3,
      {},
      order.map(n => bodies[n] ?? Buffer.alloc(0)),
    )
    const asked = numbers.map(number => parts[number - 1] ?? { PartNumber: number, ETag: 'etag' })
    expect(await refusal(complete(s3, UploadId, asked))).toEqual([code, 400])
    expect(await refusal(s3.send(new HeadObjectCommand(big)))).toEqual(['NotFound', 404])
  })

  it('is over once it is completed or aborted', async () => {
    const { s3 } = await freshS3()
    const { UploadId, parts } = await uploaded(s3, {}, [Buffer.from('a')])
    await complete(s3, UploadId, parts)
    expect(await refusal(complete(s3, UploadId, parts))).toEqual(['NoSuchUpload', 404])
    const other = await uploaded(s3, {}, [Buffer.from('b')])
    await s3.send(new AbortMultipartUploadCommand({ ...big, UploadId: other.UploadId }))
    const part = new UploadPartCommand({ ...big, UploadId: other.UploadId, PartNumber: 2, Body: 'c' })
    expect(await refusal(s3.send(part))).toEqual(['NoSuchUpload', 404])
    expect((await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads).toBeUndefined()
  })

  it('is completed once, however often it is asked at the same time', async () => {
    const created: string[] = []
    const { s3 } = await freshS3({ onObjectCreated: ({ key }) => created.push(key) })
    const { UploadId, parts } = await uploaded(s3)
    const answers = await Promise.allSettled([1, 2, 3].map(() => complete(s3, UploadId, parts)))
    const refused = answers.filter(answer => answer.status === 'rejected')
    expect(refused.map(({ reason }) => reason.name)).toEqual(['NoSuchUpload', 'NoSuchUpload'])
    expect(created).toEqual(['big'])
  })

  it('belongs to its key', async () => {
    const { s3 } = await freshS3()
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(big))
    const part = new UploadPartCommand({ ...big, Key: 'another', UploadId, PartNumber: 1, Body: 'a' })
    expect(await refusal(s3.send(part))).toEqual(['NoSuchUpload', 404])
  })

  it('numbers its parts from 1 to 10,000', async () => {
    const { s3 } = await freshS3()
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(big))
    for (const PartNumber of [0, 10_001]) {
      const part = new UploadPartCommand({ ...big, UploadId, PartNumber, Body: 'a' })
      expect(await refusal(s3.send(part))).toEqual(['InvalidArgument', 400])
    }
  })
})

describe('the lists', () => {
  it('give the parts page by page', async () => {
    const { s3 } = await freshS3()
    const { UploadId } = await uploaded(s3, {}, [Buffer.from('a'), Buffer.from('bb'), Buffer.from('ccc')])
    const list = { ...big, UploadId, MaxParts: 2 }
    const first = await s3.send(new ListPartsCommand(list))
    expect(first.Parts?.map(part => [part.PartNumber, part.Size])).toEqual([
      [1, 1],
      [2, 2],
    ])
    expect(first).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '2' })
    const second = await s3.send(new ListPartsCommand({ ...list, PartNumberMarker: '2' }))
    expect(second.Parts?.map(part => part.PartNumber)).toEqual([3])
    expect(second.IsTruncated).toBe(false)
  })

  it('give the uploads under way page by page, one key started twice', async () => {
    const { s3 } = await freshS3()
    for (const Key of ['b/2', 'a/1', 'a/1', 'c']) {
      await s3.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key }))
    }
    const list = { Bucket: bucket, MaxUploads: 1 }
    const keys: (string | undefined)[] = []
    const ids = new Set<string | undefined>()
    for (let markers = {}, more = true; more; ) {
      const page = await s3.send(new ListMultipartUploadsCommand({ ...list, ...markers }))
      keys.push(...(page.Uploads ?? []).map(upload => upload.Key))
      for (const { UploadId } of page.Uploads ?? []) ids.add(UploadId)
      markers = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
      more = page.IsTruncated ?? false
    }
    expect([keys, ids.size]).toEqual([['a/1', 'a/1', 'b/2', 'c'], 4])
    const grouped = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket, Delimiter: '/' }))
    expect(grouped.CommonPrefixes).toEqual([{ Prefix: 'a/' }, { Prefix: 'b/' }])
    const prefixed = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: 'b' }))
    expect(prefixed.Uploads?.map(upload => upload.Key)).toEqual(['b/2'])
  })
})

describe('the checksum of an upload in parts', () => {
  it('is made of the parts and given back with the object', async () => {
    const { s3 } = await freshS3()
    const { UploadId, parts } = await uploaded(s3, { ChecksumAlgorithm: 'SHA256' })
    const composite = `${hash('sha256', joined(bodies.map(body => hash('sha256', body)))).toString('base64')}-3`
    expect(await complete(s3, UploadId, parts)).toMatchObject({ ChecksumSHA256: composite, ChecksumType: 'COMPOSITE' })
    const head = await s3.send(new HeadObjectCommand({ ...big, ChecksumMode: 'ENABLED' }))
    expect(head).toMatchObject({
      ContentType: 'binary/octet-stream',
      ChecksumSHA256: composite,
      ChecksumType: 'COMPOSITE',
    })
    const got = await s3.send(new GetObjectCommand(big))
    expect((await got.Body?.transformToByteArray())?.length).toBe(whole.length)
    const last = await s3.send(new GetObjectCommand({ ...big, PartNumber: 3, ChecksumMode: 'ENABLED' }))
    expect(last.ChecksumSHA256).toBe(hash('sha256', Buffer.from('end')).toString('base64'))
    expect(await last.Body?.transformToString()).toBe('end')
  })

  it('is of the whole object when that was asked for', async () => {
    const { s3 } = await freshS3()
    const full = { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' } as const
    const { UploadId, parts } = await uploaded(s3, full, [Buffer.alloc(5 * MiB), Buffer.from('123456789')])
    const completed = await complete(s3, UploadId, parts)
    expect(completed.ChecksumType).toBe('FULL_OBJECT')
    const got = await s3.send(new GetObjectCommand({ ...big, ChecksumMode: 'ENABLED' }))
    expect(got.ChecksumCRC32).toBe(completed.ChecksumCRC32)
    expect((await got.Body?.transformToByteArray())?.length).toBe(5 * MiB + 9)
  })

  it('is refused when a part or the whole does not bear it', async () => {
    const { s3 } = await freshS3()
    const { UploadId, parts } = await uploaded(s3, { ChecksumAlgorithm: 'SHA256' }, [Buffer.from('a')])
    const [part] = parts
    const without = [{ PartNumber: 1, ETag: part?.ETag }]
    expect(await refusal(complete(s3, UploadId, without))).toEqual(['InvalidRequest', 400])
    const wrong = [{ ...part, ChecksumSHA256: hash('sha256', Buffer.from('b')).toString('base64') }]
    expect(await refusal(complete(s3, UploadId, wrong))).toEqual(['InvalidPart', 400])
    const claimed = { ChecksumSHA256: `${part?.ChecksumSHA256}-1` }
    expect(await refusal(complete(s3, UploadId, parts, claimed))).toEqual(['BadDigest', 400])
    expect(await refusal(complete(s3, UploadId, parts, { MpuObjectSize: 2 }))).toEqual(['InvalidRequest', 400])
    const ofOtherAlgorithm = { ChecksumCRC32: 'y/Q5Jg==' }
    expect(await refusal(complete(s3, UploadId, parts, ofOtherAlgorithm))).toEqual(['BadDigest', 400])
    const otherType = { ChecksumType: 'FULL_OBJECT' } as const
    expect(await refusal(complete(s3, UploadId, parts, otherType))).toEqual(['InvalidRequest', 400])
    await complete(s3, UploadId, parts, { MpuObjectSize: 1, ChecksumType: 'COMPOSITE' })
  })

  it('is of one algorithm throughout', async () => {
    const { s3 } = await freshS3()
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...big, ChecksumAlgorithm: 'SHA256' }))
    const part = new UploadPartCommand({ ...big, UploadId, PartNumber: 1, Body: 'a', ChecksumAlgorithm: 'CRC32' })
    expect(await refusal(s3.send(part))).toEqual(['InvalidRequest', 400])
  })

  it('is not of a type that the algorithm cannot have', async () => {
    const { s3 } = await freshS3()
    for (const impossible of [
      { ChecksumAlgorithm: 'SHA256', ChecksumType: 'FULL_OBJECT' },
      { ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'COMPOSITE' },
      { ChecksumType: 'COMPOSITE' },
    ] as const) {
      const create = new CreateMultipartUploadCommand({ ...big, ...impossible })
      expect(await refusal(s3.send(create))).toEqual(['InvalidRequest', 400])
    }
  })
})

async function uploaded(s3: S3Client, settings: Partial<CreateMultipartUploadCommandInput> = {}, sent = bodies) {
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...big, ...settings }))
  const { ChecksumAlgorithm } = settings
  const send = async (Body: Buffer, index: number) => {
    const part = { ...big, UploadId, PartNumber: index + 1, Body, ChecksumAlgorithm }
    const { ETag, ChecksumSHA256 } = await s3.send(new UploadPartCommand(part))
    return { PartNumber: index + 1, ETag, ChecksumSHA256 }
  }
  return { UploadId, parts: await Promise.all(sent.map(send)) }
}

function complete(
  s3: S3Client,
  UploadId: string | undefined,
  parts: readonly (CompletedPart | undefined)[],
  claims: Partial<CompleteMultipartUploadCommandInput> = {},
) {
  const Parts = parts.filter(part => part !== undefined)
  return s3.send(new CompleteMultipartUploadCommand({ ...big, ...claims, UploadId, MultipartUpload: { Parts } }))
}
