import type { Bucket } from '../bucket.ts'
import { S3Error } from '../error.ts'
import { compareKeys, positionOf } from '../key-order.ts'
import { keyEncoder, type Marker, pageElements, pageOf, readPageQuery } from '../listing.ts'
import type { Operation } from '../request.ts'
import { findBucket } from '../store.ts'
import { currentObject } from '../version.ts'
import { writeXml } from '../xml.ts'

export const listObjectsV2: Operation = {
  method: 'GET',
  on: 'bucket',
  when: ['list-type'],
  takes: ['continuation-token', 'delimiter', 'encoding-type', 'max-keys', 'prefix', 'start-after'],
  answer({ bucket: name, query }, store) {
    if (query.get('list-type') !== '2') throw new S3Error('NotImplemented', `list-type=${query.get('list-type')}`)
    const bucket = findBucket(store, name)
    const startAfter = query.get('start-after')
    const token = query.get('continuation-token')
    const asked = readPageQuery(query, 'max-keys', token === null ? afterKey(startAfter) : readToken(token))
    const encode = keyEncoder(query)
    const page = pageOf(objectsFrom(bucket, asked.prefix, asked.marker), asked)
    return {
      body: writeXml('ListBucketResult', {
        Name: name,
        ...pageElements(query, asked, page),
        StartAfter: startAfter === null ? undefined : encode(startAfter),
        ContinuationToken: token ?? undefined,
        NextContinuationToken: page.next && writeToken(page.next),
        MaxKeys: asked.max,
        KeyCount: page.entries.length + page.prefixes.length,
        Contents: page.entries.map(({ key, object }) => ({
          Key: encode(key),
          LastModified: object.lastModified,
          ETag: `"${object.etag}"`,
          Size: object.size,
          StorageClass: 'STANDARD',
          ChecksumAlgorithm: object.checksum?.algorithm,
          ChecksumType: object.checksum?.type,
        })),
      }),
    }
  },
}

function* objectsFrom(bucket: Bucket, prefix: string, marker: Marker | undefined) {
  const from = marker && compareKeys(marker.key, prefix) > 0 ? marker.key : prefix
  for (let index = positionOf(bucket.keys, from); index < bucket.keys.length; index += 1) {
    const key = bucket.keys[index] ?? ''
    if (!key.startsWith(prefix)) return
    const object = currentObject(bucket, key)
    if (object) yield { key, object }
  }
}

function afterKey(key: string | null): Marker | undefined {
  return key ? { key } : undefined
}

function writeToken({ key }: Marker): string {
  return Buffer.from(key).toString('base64url')
}

function readToken(token: string): Marker {
  const key = Buffer.from(token, 'base64url').toString()
  if (token === '' || writeToken({ key }) !== token) {
    throw new S3Error('InvalidArgument', `The continuation token provided is incorrect: ${token}`)
  }
  return { key }
}
