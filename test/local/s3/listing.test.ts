import { ListObjectsV2Command, type ListObjectsV2CommandInput, type S3Client } from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { bucket, freshS3, refusal } from './support.ts'

const keys = ['2026/01/a', '2026/01/b', '2026/02/a', '2026', 'ü é+&.txt', 'a\u0001b', '\u{1f3e5}', '\uffee']

describe('the list of objects', () => {
  it('goes by the bytes of the keys', async () => {
    const { keysOf } = await filled()
    const sorted = keys.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
    expect(await keysOf({})).toEqual(sorted)
  })

  it('says size, ETag and time of each', async () => {
    const { s3, put } = await freshS3({ clock: () => new Date('2026-03-01T08:00:00Z') })
    const { ETag } = await put('a', 'four')
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }))
    expect(Contents).toMatchObject([{ Key: 'a', Size: 4, ETag, LastModified: new Date('2026-03-01T08:00:00Z') }])
  })

  it('begins with a prefix and after a key', async () => {
    const { keysOf } = await filled()
    expect(await keysOf({ Prefix: '2026/' })).toEqual(['2026/01/a', '2026/01/b', '2026/02/a'])
    expect(await keysOf({ Prefix: '2026/', StartAfter: '2026/01/a' })).toEqual(['2026/01/b', '2026/02/a'])
    expect(await keysOf({ Prefix: '2026/', StartAfter: '2026' })).toHaveLength(3)
    expect(await keysOf({ Prefix: 'none' })).toEqual([])
  })

  it('folds at a delimiter, and counts what it folds', async () => {
    const { s3 } = await filled()
    const list = { Bucket: bucket, Prefix: '2026', Delimiter: '/' }
    const page = await s3.send(new ListObjectsV2Command(list))
    expect(page.Contents?.map(({ Key }) => Key)).toEqual(['2026'])
    expect([page.CommonPrefixes, page.KeyCount]).toEqual([[{ Prefix: '2026/' }], 2])
    const inner = await s3.send(new ListObjectsV2Command({ ...list, Prefix: '2026/' }))
    expect(inner.CommonPrefixes).toEqual([{ Prefix: '2026/01/' }, { Prefix: '2026/02/' }])
  })

  it.each([1, 2, 3, 100])('is the same in pages of %d', async MaxKeys => {
    const { s3, keysOf } = await filled()
    expect((await pagesOf(s3, { MaxKeys })).flatMap(page => page.keys)).toEqual(await keysOf({}))
    const folded = await pagesOf(s3, { MaxKeys, Delimiter: '/' })
    expect(folded.flatMap(page => page.keys)).toEqual((await keysOf({})).filter(key => !key.includes('/')))
    expect(folded.flatMap(page => page.prefixes)).toEqual(['2026/'])
    for (const { count } of folded) expect(count).toBeLessThanOrEqual(MaxKeys)
  })

  it('has at most a thousand keys a page', async () => {
    const { s3, put } = await freshS3()
    for (let start = 0; start < 1001; start += 143) {
      await Promise.all(Array.from({ length: 143 }, (_, n) => put(`k${start + n}`)))
    }
    const pages = await pagesOf(s3, { MaxKeys: 5000 })
    expect(pages.map(page => page.count)).toEqual([1000, 1])
  })

  it('encodes the keys for who cannot read them in XML', async () => {
    const { s3 } = await filled()
    const list = { Bucket: bucket, EncodingType: 'url', Prefix: 'ü é+&.' } as const
    const page = await s3.send(new ListObjectsV2Command(list))
    expect(page.Contents?.map(({ Key }) => Key)).toEqual(['%C3%BC%20%C3%A9%2B%26.txt'])
    expect(page.Prefix).toBe('%C3%BC%20%C3%A9%2B%26.')
  })

  it('refuses a token that it did not give', async () => {
    const { s3 } = await filled()
    const list = s3.send(new ListObjectsV2Command({ Bucket: bucket, ContinuationToken: 'not one' }))
    expect(await refusal(list)).toEqual(['InvalidArgument', 400])
  })
})

async function filled() {
  const { s3, put } = await freshS3()
  for (const key of keys) await put(key)
  const keysOf = async (query: Partial<ListObjectsV2CommandInput>) => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, ...query }))
    return Contents.map(({ Key = '' }) => Key)
  }
  return { s3, keysOf }
}

async function pagesOf(s3: S3Client, query: Partial<ListObjectsV2CommandInput>) {
  const pages = []
  for (let token: string | undefined, more = true; more; ) {
    const list = { Bucket: bucket, ...query, ContinuationToken: token }
    const page = await s3.send(new ListObjectsV2Command(list))
    pages.push({
      keys: (page.Contents ?? []).map(({ Key }) => Key),
      prefixes: (page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
      count: page.KeyCount,
    })
    token = page.NextContinuationToken
    more = page.IsTruncated ?? false
  }
  return pages
}
