import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { bucket, freshS3, refusal } from './support.ts'

describe('a range', () => {
  it.each([
    ['bytes=2-4', '234', 'bytes 2-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=7-99', '789', 'bytes 7-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=-99', '0123456789', 'bytes 0-9/10'],
  ])('%s gives %s', async (Range, bytes, contentRange) => {
    const { s3, put } = await freshS3()
    await put('digits', '0123456789')
    const got = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'digits', Range }))
    expect(await got.Body?.transformToString()).toBe(bytes)
    expect(got).toMatchObject({
      $metadata: { httpStatusCode: 206 },
      ContentRange: contentRange,
      ContentLength: bytes.length,
    })
    const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'digits', Range }))
    expect([head.ContentRange, head.ContentLength]).toEqual([contentRange, bytes.length])
  })

  it.each(['bytes=10-', 'bytes=10-12', 'bytes=-0'])('%s is past the end', async Range => {
    const { s3, put } = await freshS3()
    await put('digits', '0123456789')
    const get = new GetObjectCommand({ Bucket: bucket, Key: 'digits', Range })
    expect(await refusal(s3.send(get))).toEqual(['InvalidRange', 416])
  })

  it.each(['bytes=4-2', 'bytes=-', 'bytes=a-b', 'lines=0-1'])('%s is none, so all comes', async Range => {
    const { s3, put } = await freshS3()
    await put('digits', '0123456789')
    const got = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'digits', Range }))
    expect([got.$metadata.httpStatusCode, await got.Body?.transformToString()]).toEqual([200, '0123456789'])
  })

  it('is one, not several', async () => {
    const { s3, put } = await freshS3()
    await put('digits', '0123456789')
    const get = new GetObjectCommand({ Bucket: bucket, Key: 'digits', Range: 'bytes=0-1,4-5' })
    expect(await refusal(s3.send(get))).toEqual(['NotImplemented', 501])
  })

  it('carries no checksum of the whole', async () => {
    const { s3, put } = await freshS3()
    await put('digits', '0123456789')
    const got = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'digits', Range: 'bytes=0-1' }))
    expect([await got.Body?.transformToString(), got.ChecksumCRC32]).toEqual(['01', undefined])
  })
})
