import {
  type BucketVersioningStatus,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { bucket, freshS3, refusal } from './support.ts'

const a = { Bucket: bucket, Key: 'a' }

describe('a bucket that keeps versions', () => {
  it('gives each of them back', async () => {
    const { put, textOf } = await versioned()
    const first = await put('a', 'first')
    const second = await put('a', 'second')
    expect(await textOf(first.VersionId)).toBe('first')
    expect(await textOf(second.VersionId)).toBe('second')
    expect(await textOf()).toBe('second')
  })

  it('hides a deleted key behind a marker, and shows it when the marker goes', async () => {
    const { s3, put, textOf } = await versioned()
    const { VersionId } = await put('a', 'first')
    const marker = await s3.send(new DeleteObjectCommand(a))
    expect(marker.DeleteMarker).toBe(true)
    expect(await refusal(s3.send(new GetObjectCommand(a)))).toEqual(['NoSuchKey', 404])
    expect((await s3.send(new ListObjectsV2Command({ Bucket: bucket }))).KeyCount).toBe(0)
    expect(await textOf(VersionId)).toBe('first')
    const onMarker = new HeadObjectCommand({ ...a, VersionId: marker.VersionId })
    expect((await refusal(s3.send(onMarker)))[1]).toBe(405)
    const removed = await s3.send(new DeleteObjectCommand({ ...a, VersionId: marker.VersionId }))
    expect(removed).toMatchObject({ DeleteMarker: true, VersionId: marker.VersionId })
    expect(await textOf()).toBe('first')
  })

  it('deletes one version for good', async () => {
    const { s3, put, textOf } = await versioned()
    await put('a', 'first')
    const { VersionId } = await put('a', 'second')
    await s3.send(new DeleteObjectCommand({ ...a, VersionId }))
    expect(await textOf()).toBe('first')
    const gone = s3.send(new GetObjectCommand({ ...a, VersionId }))
    expect(await refusal(gone)).toEqual(['NoSuchVersion', 404])
  })

  it('deletes many versions and sets many markers at once', async () => {
    const { s3, put } = await versioned()
    const { VersionId } = await put('a')
    await put('b')
    const Objects = [{ Key: 'a', VersionId }, { Key: 'b' }]
    const { Deleted } = await s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }))
    expect(Deleted).toEqual([
      { Key: 'a', VersionId },
      { Key: 'b', DeleteMarker: true, DeleteMarkerVersionId: expect.any(String) },
    ])
  })

  it('tags the version that is named', async () => {
    const { s3, put } = await versioned()
    const { VersionId } = await put('a', 'first')
    await put('a', 'second')
    const TagSet = [{ Key: 'k', Value: 'v' }]
    await s3.send(new PutObjectTaggingCommand({ ...a, VersionId, Tagging: { TagSet } }))
    expect((await s3.send(new GetObjectTaggingCommand({ ...a, VersionId }))).TagSet).toEqual(TagSet)
    expect((await s3.send(new GetObjectTaggingCommand(a))).TagSet).toEqual([])
  })

  it.each([1, 2, 100])('lists them newest first in pages of %d', async MaxKeys => {
    const { s3, put } = await versioned()
    const ids = []
    for (const body of ['1', '2', '3']) ids.unshift((await put('a', body)).VersionId)
    ids.unshift((await s3.send(new DeleteObjectCommand(a))).VersionId)
    await put('b')
    const seen = await versionPages(MaxKeys)
    expect(seen.map(version => version.Key)).toEqual(['a', 'a', 'a', 'a', 'b'])
    expect(seen.slice(0, 4).map(version => version.VersionId)).toEqual(ids)
    expect(seen.map(version => version.IsLatest)).toEqual([true, false, false, false, true])

    async function versionPages(size: number) {
      const all = []
      for (let markers = {}, more = true; more; ) {
        const page = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, MaxKeys: size, ...markers }))
        all.push(...(page.DeleteMarkers ?? []), ...(page.Versions ?? []))
        markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
        more = page.IsTruncated ?? false
      }
      return all
    }
  })

  it('is emptied page by page', async () => {
    const { s3, put } = await versioned()
    for (const body of ['1', '2', '3', '4', '5']) await put('a', body)
    for (let markers = {}, more = true; more; ) {
      const page = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, MaxKeys: 2, ...markers }))
      const Objects = (page.Versions ?? []).map(({ Key, VersionId }) => ({ Key, VersionId }))
      await s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }))
      markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
      more = page.IsTruncated ?? false
    }
    expect((await s3.send(new ListObjectVersionsCommand({ Bucket: bucket }))).Versions).toBeUndefined()
  })

  it('folds the list at a delimiter, and begins it with a prefix', async () => {
    const { s3, put } = await versioned()
    for (const key of ['a/1', 'a/1', 'b']) await put(key)
    const prefixed = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: 'a/' }))
    expect(prefixed.Versions?.map(({ Key }) => Key)).toEqual(['a/1', 'a/1'])
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Delimiter: '/' }))
    expect([page.CommonPrefixes, page.Versions?.length]).toEqual([[{ Prefix: 'a/' }], 1])
  })
})

describe('a bucket whose versions are suspended', () => {
  it('keeps what it has and one version more', async () => {
    const { s3, put, textOf, setVersioning } = await versioned()
    const { VersionId } = await put('a', 'kept')
    await setVersioning('Suspended')
    await put('a', 'second')
    await put('a', 'third')
    expect([await textOf(VersionId), await textOf('null'), await textOf()]).toEqual(['kept', 'third', 'third'])
    await s3.send(new DeleteObjectCommand(a))
    const { Versions, DeleteMarkers } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket }))
    expect([Versions?.map(one => one.VersionId), DeleteMarkers?.map(one => one.VersionId)]).toEqual([
      [VersionId],
      ['null'],
    ])
  })
})

it('keeps the version from before versions were kept as null', async () => {
  const { put, textOf, setVersioning } = await versioned('Suspended')
  await put('a', 'first')
  await setVersioning('Enabled')
  await put('a', 'second')
  expect([await textOf('null'), await textOf()]).toEqual(['first', 'second'])
})

async function versioned(status: BucketVersioningStatus = 'Enabled') {
  const { s3, put } = await freshS3()
  const setVersioning = (Status: BucketVersioningStatus) =>
    s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status } }))
  await setVersioning(status)
  const textOf = async (VersionId?: string) =>
    (await s3.send(new GetObjectCommand({ ...a, VersionId }))).Body?.transformToString()
  return { s3, put, textOf, setVersioning }
}
