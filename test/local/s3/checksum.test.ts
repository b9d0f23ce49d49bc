import { Readable } from 'node:stream'
import {
  ChecksumAlgorithm,
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { alterRequest, bucket, dataFiles, freshS3, refusal } from './support.ts'

const a = { Bucket: bucket, Key: 'a' }

/** Of the nine digits 123456789, as the algorithms' own descriptions give them. */
const sums = {
  CRC32: 'cbf43926',
  CRC32C: 'e3069283',
  CRC64NVME: 'ae8b14860a799888',
  SHA1: 'f7c3bc1d808e04732adf679965ccc34ca7ae3441',
  SHA256: '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225',
} as const
const algorithms = Object.entries(sums).map(
  ([name, sum]) => [name, Buffer.from(sum, 'hex').toString('base64')] as const,
)

describe.each(algorithms)('the %s of a put', (name, sum) => {
  it('is kept, carried over in a copy and given back', async () => {
    const { s3 } = await freshS3()
    const put = await s3.send(new PutObjectCommand({ ...a, Body: '123456789', [`Checksum${name}`]: sum }))
    expect(put).toMatchObject({ [`Checksum${name}`]: sum, ChecksumType: 'FULL_OBJECT' })
    await s3.send(new CopyObjectCommand({ Bucket: bucket, Key: 'b', CopySource: `${bucket}/a` }))
    for (const Key of ['a', 'b']) {
      const read = { Bucket: bucket, Key, ChecksumMode: 'ENABLED' } as const
      expect(await s3.send(new HeadObjectCommand(read))).toMatchObject({ [`Checksum${name}`]: sum })
      const got = await s3.send(new GetObjectCommand(read))
      expect(await got.Body?.transformToString()).toBe('123456789')
    }
  })

  it('stores nothing when it is wrong', async () => {
    const { s3, dir } = await freshS3()
    await expectNothingStored(s3, dir, { Body: '987654321', [`Checksum${name}`]: sum })
  })

  it('is read from the trailer of a streamed body', async () => {
    const { s3 } = await freshS3()
    await s3.send(new PutObjectCommand({ ...a, ...streamed('123456789'), ChecksumAlgorithm: algorithmOf(name) }))
    const head = await s3.send(new HeadObjectCommand({ ...a, ChecksumMode: 'ENABLED' }))
    expect(head).toMatchObject({ ContentLength: 9, [`Checksum${name}`]: sum })
    expect(head.ContentEncoding).toBeUndefined()
  })
})

describe('a body', () => {
  it('stores nothing when its MD5 is wrong or is none', async () => {
    const { s3, dir } = await freshS3()
    await expectNothingStored(s3, dir, { Body: 'a', ContentMD5: '1B2M2Y8AsgTpgAmY7PhCfg==' })
    const put = new PutObjectCommand({ ...a, Body: 'a', ContentMD5: 'short' })
    expect(await refusal(s3.send(put))).toEqual(['InvalidDigest', 400])
    await s3.send(new PutObjectCommand({ ...a, Body: '', ContentMD5: '1B2M2Y8AsgTpgAmY7PhCfg==' }))
  })

  it('deletes nothing when its checksum is wrong', async () => {
    const { s3, put } = await freshS3()
    await put('a')
    alterRequest(s3, 'before signing', request => {
      request.headers['x-amz-checksum-crc32'] = 'AAAAAA=='
    })
    const Delete = { Objects: [{ Key: 'a' }] }
    expect(await refusal(s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete })))).toEqual(['BadDigest', 400])
    await s3.send(new HeadObjectCommand(a))
  })

  it('must be the one that was signed', async () => {
    const { s3, dir } = await freshS3()
    alterRequest(s3, 'after signing', request => {
      if (request.method === 'PUT') request.body = 'b'
    })
    await expectNothingStored(s3, dir, { Body: 'a' }, 'XAmzContentSHA256Mismatch')
  })
})

describe('a streamed body', () => {
  it.each([
    ['IncompleteBody', '9\r\n123456789\r\n', 'ends before its last chunk'],
    ['IncompleteBody', '8\r\n12345678\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n', 'is shorter than it says'],
    [
      'IncompleteBody',
      '9\r\n123456789more\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n',
      'has a chunk longer than it says',
    ],
    ['IncompleteBody', 'g\r\n123456789\r\n0\r\n\r\n', 'has a chunk of no size'],
    ['MalformedTrailerError', '9\r\n123456789\r\n0\r\n\r\n', 'lacks its trailer'],
    ['MalformedTrailerError', '9\r\n123456789\r\n0\r\nnonsense\r\n\r\n', 'has a trailer that is none'],
    ['BadDigest', '9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n', 'has another checksum'],
  ])('is refused with %s when it is %j, which %s', async (code, body) => {
    const { s3, dir } = await freshS3()
    alterRequest(s3, 'after signing', request => {
      if (request.method === 'PUT') request.body = Readable.from([Buffer.from(body)])
    })
    await expectNothingStored(s3, dir, streamed('123456789'), code)
  })

  it('is refused at a line that does not end', async () => {
    const { s3 } = await freshS3()
    alterRequest(s3, 'after signing', request => {
      request.body = Readable.from([Buffer.alloc(20_000, '9')])
    })
    const put = s3.send(new PutObjectCommand({ ...a, ...streamed('123456789') }))
    await expect(put).rejects.toThrow('line does not end')
  })

  it('may come in any pieces, with a coding of its own', async () => {
    const { s3 } = await freshS3()
    const body = '4;name=value\r\n1234\r\n5\r\n56789\r\n0\r\nX-Amz-Checksum-Crc32: y/Q5Jg==\r\n\r\n'
    alterRequest(s3, 'after signing', request => {
      if (request.method === 'PUT') request.body = Readable.from([...body].map(byte => Buffer.from(byte)))
    })
    await s3.send(new PutObjectCommand({ ...a, ...streamed('123456789'), ContentEncoding: 'br' }))
    const got = await s3.send(new GetObjectCommand(a))
    expect([await got.Body?.transformToString(), got.ContentEncoding]).toEqual(['123456789', 'br'])
  })
})

it.each(['SHA512', 'XXHASH64'] as const)('does not pretend to know %s', async algorithm => {
  const { s3 } = await freshS3()
  const put = new PutObjectCommand({ ...a, Body: 'a', [`Checksum${algorithm}`]: 'AAAA' })
  expect(await refusal(s3.send(put))).toEqual(['NotImplemented', 501])
})

async function expectNothingStored(s3: S3Client, dir: string, put: object, code = 'BadDigest'): Promise<void> {
  expect(await refusal(s3.send(new PutObjectCommand({ ...a, ...put })))).toEqual([code, 400])
  expect(await refusal(s3.send(new HeadObjectCommand(a)))).toEqual(['NotFound', 404])
  expect(await dataFiles(dir)).toEqual([])
}

function streamed(text: string) {
  return { Body: Readable.from([Buffer.from(text)]), ContentLength: Buffer.byteLength(text) }
}

function algorithmOf(name: string): ChecksumAlgorithm {
  return Object.values(ChecksumAlgorithm).find(one => one === name) ?? ChecksumAlgorithm.CRC32
}
