import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { describe, expect, it } from 'vitest'
import { alterRequest, bucket, clientOf, credentials, freshS3, refusal } from './support.ts'

const key = 'ü é+&(1).txt'
const object = { Bucket: bucket, Key: key }

describe('a signed request', () => {
  it('must bear the right secret', async () => {
    const { put, endpoint } = await freshS3()
    await put(key)
    const stranger = clientOf(endpoint, { credentials: { ...credentials, secretAccessKey: 'guessed' } })
    expect(await refusal(stranger.send(new GetObjectCommand(object)))).toEqual(['SignatureDoesNotMatch', 403])
    const unknown = clientOf(endpoint, { credentials: { ...credentials, accessKeyId: 'somebody' } })
    expect(await refusal(unknown.send(new GetObjectCommand(object)))).toEqual(['InvalidAccessKeyId', 403])
  })

  it('bears the credentials that the server was started with', async () => {
    const own = { accessKeyId: 'moh', secretAccessKey: 'their/secret' }
    const { endpoint } = await freshS3({ credentials: own })
    await clientOf(endpoint, { credentials: own }).send(new CreateBucketCommand({ Bucket: 'exports' }))
    const usual = clientOf(endpoint).send(new GetObjectCommand(object))
    expect(await refusal(usual)).toEqual(['InvalidAccessKeyId', 403])
  })

  it('is taken from any region, one after the other', async () => {
    const { put, endpoint } = await freshS3()
    await put(key)
    for (const region of ['eu-west-1', 'eu-west-2', 'eu-west-1']) {
      const s3 = clientOf(endpoint, { region })
      expect((await s3.send(new HeadObjectCommand(object))).ContentLength, region).toBeDefined()
    }
  })

  it('is refused when it is altered under way', async () => {
    const { s3, put } = await freshS3()
    await put(key)
    alterRequest(s3, 'after signing', request => {
      request.headers['x-amz-checksum-mode'] = 'DISABLED'
    })
    expect(await refusal(s3.send(new GetObjectCommand(object)))).toEqual(['SignatureDoesNotMatch', 403])
  })

  it('is the only kind', async () => {
    const { endpoint } = await freshS3()
    const unsigned = await fetch(`${endpoint}/${bucket}/a`)
    expect([unsigned.status, unsigned.headers.get('content-type')]).toEqual([403, 'application/xml'])
    expect(await unsigned.text()).toMatch(/^<\?xml .*\?>\n<Error><Code>AccessDenied<\/Code><Message>.*<\/Error>$/)
    const odd = { headers: { authorization: 'Basic bG9jYWw6bG9jYWw=' } }
    expect(await answerOf(`${endpoint}/${bucket}/a`, odd)).toEqual([400, 'AuthorizationHeaderMalformed'])
  })
})

describe('a presigned GET', () => {
  it('gives the bytes, named as it says', async () => {
    const { s3, put } = await freshS3()
    await put(key, 'bytes')
    const get = new GetObjectCommand({ ...object, ResponseContentDisposition: 'attachment; filename="a b.txt"' })
    const answer = await fetch(await getSignedUrl(s3, get, { expiresIn: 60 }))
    expect([answer.status, await answer.text()]).toEqual([200, 'bytes'])
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="a b.txt"')
  })

  it('opens nothing else', async () => {
    const { s3, put } = await freshS3()
    await put('a')
    await put('b')
    const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket: bucket, Key: 'a' }), { expiresIn: 60 })
    const refused = [403, 'SignatureDoesNotMatch']
    expect(await answerOf(url.replace(`${bucket}/a?`, `${bucket}/b?`))).toEqual(refused)
    expect(await answerOf(`${url}&response-content-type=text/html`)).toEqual(refused)
    expect(await answerOf(url.replace('X-Amz-Expires=60', 'X-Amz-Expires=600'))).toEqual(refused)
    expect(await answerOf(url, { method: 'PUT', body: 'c' })).toEqual(refused)
  })

  it('expires', async () => {
    const signingDate = new Date('2026-03-01T08:00:00Z')
    let now = new Date('2026-03-01T08:01:00Z')
    const { s3, put } = await freshS3({ clock: () => now })
    await put('a')
    const get = new GetObjectCommand({ Bucket: bucket, Key: 'a' })
    const url = await getSignedUrl(s3, get, { expiresIn: 60, signingDate })
    expect((await fetch(url)).status).toBe(200)
    now = new Date('2026-03-01T08:01:01Z')
    const late = await fetch(url)
    expect([late.status, await late.text()]).toEqual([403, expect.stringContaining('Request has expired')])
  })
})

describe('a presigned PUT', () => {
  it('stores what it signs, and its headers', async () => {
    const { s3, endpoint } = await freshS3()
    const put = new PutObjectCommand({ ...object, ContentType: 'text/csv', Metadata: { n: '1' }, IfNoneMatch: '*' })
    const url = await getSignedUrl(unsummed(endpoint), put, {
      expiresIn: 60,
      signableHeaders: new Set(['content-type']),
    })
    const sent = { method: 'PUT', body: 'rows', headers: { 'content-type': 'text/csv', 'if-none-match': '*' } }
    expect((await fetch(url, sent)).status).toBe(200)
    expect(await s3.send(new HeadObjectCommand(object))).toMatchObject({
      ContentType: 'text/csv',
      Metadata: { n: '1' },
    })
    expect(await answerOf(url, sent)).toEqual([412, 'PreconditionFailed'])
  })

  it('takes no x-amz- header that it did not sign', async () => {
    const { endpoint } = await freshS3()
    const url = await getSignedUrl(unsummed(endpoint), new PutObjectCommand(object), { expiresIn: 60 })
    const sent = { method: 'PUT', body: 'rows', headers: { 'x-amz-meta-n': '2' } }
    expect(await answerOf(url, sent)).toEqual([403, 'AccessDenied'])
  })

  it('holds its body against the checksum in the URL', async () => {
    const { s3 } = await freshS3()
    const url = await getSignedUrl(s3, new PutObjectCommand({ ...object, ChecksumCRC32: 'y/Q5Jg==' }), {
      expiresIn: 60,
    })
    expect(await answerOf(url, { method: 'PUT', body: '987654321' })).toEqual([400, 'BadDigest'])
    expect((await fetch(url, { method: 'PUT', body: '123456789' })).status).toBe(200)
  })
})

/** Without this setting a presigner adds the checksum of an empty body to the URL. */
function unsummed(endpoint: string): S3Client {
  return clientOf(endpoint, { requestChecksumCalculation: 'WHEN_REQUIRED' })
}

async function answerOf(url: string, init: RequestInit = {}): Promise<readonly [number, string | undefined]> {
  const answer = await fetch(url, init)
  return [answer.status, /<Code>(.*?)<\/Code>/.exec(await answer.text())?.[1]]
}
