import type { Operation } from '../request.ts'
import { findBucket } from '../store.ts'
import { findObject, replaceVersion, versionHeader } from '../version.ts'

export const deleteObjectTagging: Operation = {
  method: 'DELETE',
  on: 'object',
  when: ['tagging'],
  takes: ['versionId'],
  answer({ bucket: name, key, query }, store) {
    const bucket = findBucket(store, name)
    const version = findObject(bucket, key, query.get('versionId'))
    replaceVersion(bucket, key, { ...version, tags: [] })
    return { status: 204, headers: versionHeader(bucket, version) }
  },
}
