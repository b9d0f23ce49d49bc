import { compareKeys } from '../key-order.ts'
import { keyEncoder, pageElements, pageOf, readMarker, readPageQuery } from '../listing.ts'
import type { Operation } from '../request.ts'
import { findBucket } from '../store.ts'
import type { Upload } from '../upload.ts'
import { writeXml } from '../xml.ts'

export const listMultipartUploads: Operation = {
  method: 'GET',
  on: 'bucket',
  when: ['uploads'],
  takes: ['delimiter', 'encoding-type', 'key-marker', 'max-uploads', 'prefix', 'upload-id-marker'],
  answer({ bucket: name, query }, store) {
    const asked = readPageQuery(query, 'max-uploads', readMarker(query, 'key-marker', 'upload-id-marker'))
    const encode = keyEncoder(query)
    const uploads = [...findBucket(store, name).uploads.values()]
      .filter(upload => upload.key.startsWith(asked.prefix))
      .sort(byKeyAndAge)
      .map(upload => ({ ...upload, id: upload.uploadId }))
    const page = pageOf(uploads, asked)
    return {
      body: writeXml('ListMultipartUploadsResult', {
        Bucket: name,
        ...pageElements(query, asked, page),
        KeyMarker: encode(asked.marker?.key ?? ''),
        UploadIdMarker: asked.marker?.id,
        NextKeyMarker: page.next && encode(page.next.key),
        NextUploadIdMarker: page.next?.id,
        MaxUploads: asked.max,
        Upload: page.entries.map(upload => ({
          Key: encode(upload.key),
          UploadId: upload.uploadId,
          Initiated: upload.initiated,
          StorageClass: 'STANDARD',
          ChecksumAlgorithm: upload.checksum?.algorithm,
          ChecksumType: upload.checksum?.type,
        })),
      }),
    }
  },
}

function byKeyAndAge(one: Upload, other: Upload): number {
  return compareKeys(one.key, other.key) || compareKeys(one.initiated, other.initiated)
}
