import { readXmlBody } from '../body.ts'
import type { Operation } from '../request.ts'
import { findBucket } from '../store.ts'
import { tagsOfXml } from '../tags.ts'
import { findObject, replaceVersion, versionHeader } from '../version.ts'

export const putObjectTagging: Operation = {
  method: 'PUT',
  on: 'object',
  when: ['tagging'],
  takes: ['versionId'],
  async answer(request, store) {
    const tags = tagsOfXml(await readXmlBody(request, 'Tagging'))
    const bucket = findBucket(store, request.bucket)
    const version = findObject(bucket, request.key, request.query.get('versionId'))
    replaceVersion(bucket, request.key, { ...version, tags })
    return { headers: versionHeader(bucket, version) }
  },
}
