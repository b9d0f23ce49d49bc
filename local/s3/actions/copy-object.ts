import { digest } from '../body.ts'
import { checksumElements, readAlgorithm } from '../checksum.ts'
import { openData, stageData } from '../data-file.ts'
import { S3Error } from '../error.ts'
import type { Operation, S3Request } from '../request.ts'
import { announce, findBucket } from '../store.ts'
import { storedHeaders } from '../stored-headers.ts'
import { tagsOfHeader } from '../tags.ts'
import { addObject, findObject, versionHeader } from '../version.ts'
import { writeXml } from '../xml.ts'

export const copyObject: Operation = {
  method: 'PUT',
  on: 'object',
  when: ['x-amz-copy-source'],
  takes: [
    'x-amz-checksum-algorithm',
    'x-amz-meta-*',
    'x-amz-metadata-directive',
    'x-amz-tagging',
    'x-amz-tagging-directive',
  ],
  async answer(request, store) {
    const { key, headers } = request
    const bucket = findBucket(store, request.bucket)
    const source = readSource(headers['x-amz-copy-source'] ?? '')
    const replaceHeaders = replaces(headers, 'x-amz-metadata-directive')
    const replaceTags = replaces(headers, 'x-amz-tagging-directive')
    if (source.bucket === bucket.name && source.key === key && !source.versionId && !replaceHeaders) {
      throw new S3Error('InvalidRequest', 'This copy request is illegal: it copies an object onto itself unchanged')
    }
    const sourceBucket = findBucket(store, source.bucket)
    const version = findObject(sourceBucket, source.key, source.versionId)
    const algorithm = readAlgorithm(headers['x-amz-checksum-algorithm']) ?? version.checksum?.algorithm
    const tags = replaceTags ? tagsOfHeader(headers['x-amz-tagging']) : version.tags
    const bytes = openData(sourceBucket, version.file)
    const { file, size, md5, checksum } = await stageData(bucket, write => digest(bytes, algorithm, write))
    const lastModified = store.clock().toISOString()
    const kept = replaceHeaders ? storedHeaders(headers) : version.headers
    const added = { lastModified, file, size, etag: md5, headers: kept, tags, checksum }
    const copy = addObject(bucket, key, added, () => {})
    announce(store, bucket, key, copy)
    const fields = { LastModified: lastModified, ETag: `"${md5}"`, ...checksumElements(checksum) }
    return { headers: versionHeader(bucket, copy), body: writeXml('CopyObjectResult', fields) }
  },
}

/** `/bucket/key?versionId=id`, percent-encoded, with or without the first slash. */
function readSource(header: string) {
  const [path = '', versionId = null] = header.split('?versionId=')
  const [, bucket, key] = /^\/?([^/]+)\/(.+)$/s.exec(decode(path)) ?? []
  if (!bucket || !key) throw new S3Error('InvalidArgument', `Copy Source must be <bucket>/<key>, not ${header}`)
  return { bucket, key, versionId }
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    throw new S3Error('InvalidArgument', `Copy Source must be percent-encoded: ${path}`)
  }
}

function replaces(headers: S3Request['headers'], directive: string): boolean {
  const value = headers[directive] ?? 'COPY'
  if (value !== 'COPY' && value !== 'REPLACE') throw new S3Error('InvalidArgument', `Unknown ${directive}: ${value}`)
  return value === 'REPLACE'
}
