import type { Operation } from '../request.ts'
import { findBucket } from '../store.ts'
import { findObject, versionHeader } from '../version.ts'
import { writeXml } from '../xml.ts'

export const getObjectTagging: Operation = {
  method: 'GET',
  on: 'object',
  when: ['tagging'],
  takes: ['versionId'],
  answer({ bucket: name, key, query }, store) {
    const bucket = findBucket(store, name)
    const version = findObject(bucket, key, query.get('versionId'))
    const tags = version.tags.map(tag => ({ Key: tag.key, Value: tag.value }))
    return { headers: versionHeader(bucket, version), body: writeXml('Tagging', { TagSet: { Tag: tags } }) }
  },
}
