import { readPageQuery } from '../listing.ts'
import type { Operation } from '../request.ts'
import { findBucket } from '../store.ts'
import { findUpload } from '../upload.ts'
import { writeXml } from '../xml.ts'

export const listParts: Operation = {
  method: 'GET',
  on: 'object',
  when: ['uploadId'],
  takes: ['max-parts', 'part-number-marker'],
  answer({ bucket, key, query }, store) {
    const { uploadId, parts, checksum } = findUpload(findBucket(store, bucket), key, query.get('uploadId'))
    const { max } = readPageQuery(query, 'max-parts', undefined)
    const marker = Number(query.get('part-number-marker') ?? 0)
    const left = parts.filter(({ number }) => number > marker)
    const shown = left.slice(0, max)
    return {
      body: writeXml('ListPartsResult', {
        Bucket: bucket,
        Key: key,
        UploadId: uploadId,
        PartNumberMarker: marker,
        NextPartNumberMarker: shown.at(-1)?.number,
        MaxParts: max,
        IsTruncated: left.length > shown.length,
        ChecksumAlgorithm: checksum?.algorithm,
        ChecksumType: checksum?.type,
        Part: shown.map(part => ({
          PartNumber: part.number,
          LastModified: part.lastModified,
          ETag: `"${part.md5}"`,
          Size: part.size,
          ...(part.checksum && { [`Checksum${part.checksum.algorithm}`]: part.checksum.value }),
        })),
      }),
    }
  },
}
