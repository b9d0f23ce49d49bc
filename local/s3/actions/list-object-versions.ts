import type { Bucket } from '../bucket.ts'
import { positionOf } from '../key-order.ts'
import { keyEncoder, pageElements, pageOf, readMarker, readPageQuery } from '../listing.ts'
import type { Operation } from '../request.ts'
import { findBucket } from '../store.ts'
import type { Version } from '../version.ts'
import { writeXml } from '../xml.ts'

interface ListedVersion {
  readonly key: string
  readonly id: string
  readonly version: Version
  readonly isLatest: boolean
}

export const listObjectVersions: Operation = {
  method: 'GET',
  on: 'bucket',
  when: ['versions'],
  takes: ['delimiter', 'encoding-type', 'key-marker', 'max-keys', 'prefix', 'version-id-marker'],
  answer({ bucket: name, query }, store) {
    const bucket = findBucket(store, name)
    const asked = readPageQuery(query, 'max-keys', readMarker(query, 'key-marker', 'version-id-marker'))
    const encode = keyEncoder(query)
    const page = pageOf(versionsFrom(bucket, asked.prefix), asked)
    const common = ({ key, id, version, isLatest }: ListedVersion) => ({
      Key: encode(key),
      VersionId: id,
      IsLatest: isLatest,
      LastModified: version.lastModified,
    })
    return {
      body: writeXml('ListVersionsResult', {
        Name: name,
        ...pageElements(query, asked, page),
        KeyMarker: encode(asked.marker?.key ?? ''),
        VersionIdMarker: asked.marker?.id,
        NextKeyMarker: page.next && encode(page.next.key),
        NextVersionIdMarker: page.next?.id,
        MaxKeys: asked.max,
        Version: page.entries.flatMap(entry =>
          entry.version.kind === 'object'
            ? { ...common(entry), ETag: `"${entry.version.etag}"`, Size: entry.version.size, StorageClass: 'STANDARD' }
            : [],
        ),
        DeleteMarker: page.entries.filter(entry => entry.version.kind === 'marker').map(common),
      }),
    }
  },
}

function* versionsFrom({ keys, objects }: Bucket, prefix: string): Generator<ListedVersion> {
  for (let index = positionOf(keys, prefix); index < keys.length; index += 1) {
    const key = keys[index] ?? ''
    if (!key.startsWith(prefix)) return
    for (const [age, version] of (objects.get(key)?.versions ?? []).entries()) {
      yield { key, id: version.versionId, version, isLatest: age === 0 }
    }
  }
}
