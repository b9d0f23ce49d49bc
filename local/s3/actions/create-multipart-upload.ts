import { type Algorithm, type Checksum, readAlgorithm } from '../checksum.ts'
import { S3Error } from '../error.ts'
import type { Operation } from '../request.ts'
import { findBucket } from '../store.ts'
import { storedHeaders } from '../stored-headers.ts'
import { tagsOfHeader } from '../tags.ts'
import { addUpload } from '../upload.ts'
import { writeXml } from '../xml.ts'

export const createMultipartUpload: Operation = {
  method: 'POST',
  on: 'object',
  when: ['uploads'],
  takes: ['x-amz-checksum-algorithm', 'x-amz-checksum-type', 'x-amz-meta-*', 'x-amz-tagging'],
  answer({ bucket: name, key, headers }, store) {
    const algorithm = readAlgorithm(headers['x-amz-checksum-algorithm'])
    const type = checksumType(algorithm, headers['x-amz-checksum-type'])
    const { uploadId } = addUpload(findBucket(store, name), {
      key,
      initiated: store.clock().toISOString(),
      headers: storedHeaders(headers),
      tags: tagsOfHeader(headers['x-amz-tagging']),
      checksum: algorithm && type && { algorithm, type },
    })
    return {
      headers: { 'x-amz-checksum-algorithm': algorithm, 'x-amz-checksum-type': type },
      body: writeXml('InitiateMultipartUploadResult', { Bucket: name, Key: key, UploadId: uploadId }),
    }
  },
}

/** docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html; the first type is the default. */
const types: Readonly<Record<Algorithm, readonly Checksum['type'][]>> = {
  CRC32: ['COMPOSITE', 'FULL_OBJECT'],
  CRC32C: ['COMPOSITE', 'FULL_OBJECT'],
  CRC64NVME: ['FULL_OBJECT'],
  SHA1: ['COMPOSITE'],
  SHA256: ['COMPOSITE'],
}

function checksumType(algorithm: Algorithm | undefined, asked: string | undefined): Checksum['type'] | undefined {
  if (!algorithm) {
    if (asked === undefined) return undefined
    throw new S3Error('InvalidRequest', 'The x-amz-checksum-type header needs the x-amz-checksum-algorithm header')
  }
  const [usual] = types[algorithm]
  const type = asked === undefined ? usual : types[algorithm].find(one => one === asked)
  if (!type) throw new S3Error('InvalidRequest', `The ${asked} checksum type cannot be used with ${algorithm}`)
  return type
}
