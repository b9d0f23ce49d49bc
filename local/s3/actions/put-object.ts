import { receive } from '../body.ts'
import { checksumHeaders } from '../checksum.ts'
import { checkWrite } from '../conditions.ts'
import { stageData } from '../data-file.ts'
import type { Operation } from '../request.ts'
import { announce, findBucket } from '../store.ts'
import { storedHeaders } from '../stored-headers.ts'
import { tagsOfHeader } from '../tags.ts'
import { addObject, versionHeader } from '../version.ts'

export const putObject: Operation = {
  method: 'PUT',
  on: 'object',
  takes: ['if-match', 'if-none-match', 'x-amz-meta-*', 'x-amz-tagging'],
  async answer(request, store) {
    const { key, headers } = request
    const bucket = findBucket(store, request.bucket)
    const tags = tagsOfHeader(headers['x-amz-tagging'])
    const { file, size, md5, checksum } = await stageData(bucket, write => receive(request, write))
    const lastModified = store.clock().toISOString()
    const added = { lastModified, file, size, etag: md5, headers: storedHeaders(headers), tags, checksum }
    const version = addObject(bucket, key, added, current => checkWrite(headers, key, current))
    announce(store, bucket, key, version)
    return { headers: { etag: `"${md5}"`, ...versionHeader(bucket, version), ...checksumHeaders(checksum) } }
  },
}
