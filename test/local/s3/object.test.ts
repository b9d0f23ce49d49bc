import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { alterRequest, bucket, clientOf, dataFiles, freshS3, refusal } from './support.ts'

const described = {
  CacheControl: 'no-store',
  ContentDisposition: 'attachment; filename="cards.json"',
  ContentEncoding: 'gzip',
  ContentLanguage: 'vi',
  ContentType: 'application/json',
  Metadata: { sequence: '12' },
}

describe('put and get', () => {
  it('gives the bytes back with their ETag, content headers and metadata', async () => {
    const { s3 } = await freshS3()
    const put = await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: 'thẻ', ...described }))
    const got = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'a' }))
    expect(await got.Body?.transformToString()).toBe('thẻ')
    expect(got).toMatchObject({ ...described, ETag: put.ETag, ContentLength: 5, AcceptRanges: 'bytes' })
    expect(put.ETag).toBe(`"${createHash('md5').update('thẻ').digest('hex')}"`)
  })

  it('tells by HEAD what GET would give, without the bytes', async () => {
    const { s3 } = await freshS3({ clock: () => new Date('2026-03-01T08:00:00.500Z') })
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: 'thẻ', ...described }))
    const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'a' }))
    expect(head).toMatchObject({ ...described, ContentLength: 5, LastModified: new Date('2026-03-01T08:00:00Z') })
  })

  it('bears an empty object', async () => {
    const { s3, put } = await freshS3()
    await put('empty', Buffer.alloc(0))
    const got = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'empty' }))
    expect([got.ContentLength, await got.Body?.transformToString()]).toEqual([0, ''])
  })

  it('replaces what was there', async () => {
    const { s3, put } = await freshS3()
    await put('a', 'first')
    await put('a', 'second')
    const got = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'a' }))
    expect(await got.Body?.transformToString()).toBe('second')
  })

  it('finishes sending bytes that are replaced meanwhile', async () => {
    const { s3, put } = await freshS3()
    await put('a', Buffer.alloc(8_000_000, 'a'))
    const got = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'a' }))
    await put('a', 'short')
    expect((await got.Body?.transformToByteArray())?.length).toBe(8_000_000)
  })

  it('goes on when a reader breaks off', async () => {
    const { s3, put } = await freshS3()
    await put('a', Buffer.alloc(16_000_000))
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'a' }))
    if (Body instanceof Readable) Body.destroy()
    await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'a' }))
  })

  it('overrides content headers as the reader asks', async () => {
    const { s3, put } = await freshS3()
    await put('a')
    const overridden = await s3.send(
      new GetObjectCommand({
        Bucket: bucket,
        Key: 'a',
        ResponseContentDisposition: 'attachment',
        ResponseContentType: 'text/csv',
      }),
    )
    expect(overridden).toMatchObject({ ContentDisposition: 'attachment', ContentType: 'text/csv' })
    const unprintable = new GetObjectCommand({ Bucket: bucket, Key: 'a', ResponseContentDisposition: 'thẻ' })
    expect(await refusal(s3.send(unprintable))).toEqual(['InvalidArgument', 400])
  })

  it('announces each object that was created', async () => {
    const created: unknown[] = []
    const { s3, put } = await freshS3({ onObjectCreated: one => created.push(one) })
    await put('a', 'four')
    await s3.send(new CopyObjectCommand({ Bucket: bucket, Key: 'b', CopySource: `${bucket}/a` }))
    const common = { bucket, versionId: 'null', size: 4, etag: createHash('md5').update('four').digest('hex') }
    expect(created).toEqual([
      { ...common, key: 'a' },
      { ...common, key: 'b' },
    ])
  })

  it('knows no key that was not put, and none that is too long', async () => {
    const { s3, put } = await freshS3()
    const missing = { Bucket: bucket, Key: 'missing' }
    expect(await refusal(s3.send(new GetObjectCommand(missing)))).toEqual(['NoSuchKey', 404])
    expect(await refusal(s3.send(new HeadObjectCommand(missing)))).toEqual(['NotFound', 404])
    expect(await refusal(put('k'.repeat(1025)))).toEqual(['KeyTooLongError', 400])
  })
})

describe('a put of many bytes', () => {
  it('gets its refusal although it is not read to the end, and the connection serves on', async () => {
    const { endpoint } = await freshS3()
    const s3 = clientOf(endpoint, { requestHandler: { httpAgent: { maxSockets: 1 } } })
    const Body = Buffer.alloc(16_000_000)
    const nowhere = new PutObjectCommand({ Bucket: 'elsewhere', Key: 'a', Body })
    expect(await refusal(s3.send(nowhere))).toEqual(['NoSuchBucket', 404])
    alterRequest(s3, 'after signing', request => {
      if (request.method === 'PUT') request.body = Readable.from([Buffer.from('no chunk\r\n'), Body])
    })
    const unframed = { Bucket: bucket, Key: 'a', Body: Readable.from([Body]), ContentLength: Body.length }
    expect(await refusal(s3.send(new PutObjectCommand(unframed)))).toEqual(['IncompleteBody', 400])
    const Objects = Array.from({ length: 1000 }, (_, n) => ({ Key: String(n).padStart(9000, 'k') }))
    const long = new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } })
    expect(await refusal(s3.send(long))).toEqual(['EntityTooLarge', 400])
    await s3.send(new HeadBucketCommand({ Bucket: bucket }))
  })

  it('gets its refusal also where a client sends all before it listens', async () => {
    const { s3, endpoint } = await freshS3()
    const signed: string[] = []
    alterRequest(s3, 'after signing', ({ headers }) => {
      signed.push(...Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`))
      throw new Error('not sent')
    })
    const put = { Bucket: bucket, Key: 'a', Body: Readable.from(['a']), ContentLength: 1 }
    await expect(s3.send(new PutObjectCommand(put))).rejects.toThrow('not sent')
    const socket = connect(Number(new URL(endpoint).port), '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    const head = `PUT /${bucket}/a?x-id=PutObject HTTP/1.1\r\n${signed.join('')}\r\n`
    const size = 32 * 2 ** 20
    const body = `${size.toString(16)}\r\n${'no chunk\r\n'.padEnd(size)}\r\n0\r\n\r\n`
    await new Promise(sent => socket.write(head + body, sent))
    const [answer] = await once(socket, 'data')
    expect(String(answer)).toMatch(/^HTTP\/1.1 400 .*<Code>IncompleteBody<\/Code>/s)
  })

  it('leaves nothing behind when the client breaks off', async () => {
    const { s3, dir } = await freshS3()
    const staged = () => dataFiles(dir)
    const broken = new AbortController()
    const Body = Readable.from(endless())
    const put = s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'a', Body, ContentLength: 2 ** 30 }), {
      abortSignal: broken.signal,
    })
    await expect.poll(staged).toHaveLength(1)
    broken.abort()
    await expect(put).rejects.toThrow('aborted')
    await expect.poll(staged).toHaveLength(0)
  })
})

describe('delete', () => {
  it('deletes, and does not mind when nothing is there', async () => {
    const { s3, put } = await freshS3()
    await put('a')
    for (const Key of ['a', 'a']) await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }))
    expect(await refusal(s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'a' })))).toEqual(['NoSuchKey', 404])
  })

  it('deletes many, and says which', async () => {
    const { s3, put } = await freshS3()
    await put('a & <b>')
    await put('c')
    const Objects = [{ Key: 'a & <b>' }, { Key: 'c' }, { Key: 'missing' }]
    const { Deleted, Errors } = await s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }))
    expect([Deleted, Errors]).toEqual([Objects, undefined])
    expect(await refusal(s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'c' })))).toEqual(['NotFound', 404])
  })

  it('deletes many quietly', async () => {
    const { s3, put } = await freshS3()
    await put('a')
    const Delete = { Objects: [{ Key: 'a' }], Quiet: true }
    expect((await s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete }))).Deleted).toBeUndefined()
  })

  it('takes a thousand keys at a time and no more', async () => {
    const { s3 } = await freshS3()
    const Objects = Array.from({ length: 1001 }, (_, n) => ({ Key: `k${n}` }))
    const tooMany = new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } })
    expect(await refusal(s3.send(tooMany))).toEqual(['MalformedXML', 400])
  })
})

describe('copy', () => {
  it('carries bytes, content headers and metadata over', async () => {
    const { s3 } = await freshS3()
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'ü é+&.txt', Body: 'thẻ', ...described }))
    const CopySource = `${bucket}/${encodeURIComponent('ü é+&.txt')}`
    const { CopyObjectResult } = await s3.send(new CopyObjectCommand({ Bucket: bucket, Key: 'b', CopySource }))
    const got = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'b' }))
    expect(got).toMatchObject({ ...described, ETag: CopyObjectResult?.ETag })
    expect(await got.Body?.transformToString()).toBe('thẻ')
  })

  it('replaces the metadata when it is told to, also over itself', async () => {
    const { s3 } = await freshS3()
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: 'a', ...described }))
    const onItself = { Bucket: bucket, Key: 'a', CopySource: `/${bucket}/a` }
    const replaced = { MetadataDirective: 'REPLACE', ContentType: 'text/plain', Metadata: { sequence: '13' } } as const
    await s3.send(new CopyObjectCommand({ ...onItself, ...replaced }))
    const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'a' }))
    expect(head).toMatchObject({ ContentType: 'text/plain', Metadata: { sequence: '13' } })
    expect(head.CacheControl).toBeUndefined()
    expect(await refusal(s3.send(new CopyObjectCommand(onItself)))).toEqual(['InvalidRequest', 400])
  })

  it('needs a source that is there', async () => {
    const { s3 } = await freshS3()
    const from = (CopySource: string) => s3.send(new CopyObjectCommand({ Bucket: bucket, Key: 'b', CopySource }))
    expect(await refusal(from(`${bucket}/missing`))).toEqual(['NoSuchKey', 404])
    expect(await refusal(from('elsewhere/a'))).toEqual(['NoSuchBucket', 404])
    expect(await refusal(from('a'))).toEqual(['InvalidArgument', 400])
  })
})

async function* endless(): AsyncGenerator<Buffer> {
  for (;;) {
    await setTimeout(1)
    yield Buffer.alloc(1000)
  }
}
