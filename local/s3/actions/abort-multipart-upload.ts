import type { Operation } from '../request.ts'
import { findBucket } from '../store.ts'
import { findUpload, removeUpload } from '../upload.ts'

export const abortMultipartUpload: Operation = {
  method: 'DELETE',
  on: 'object',
  when: ['uploadId'],
  answer({ bucket: name, key, query }, store) {
    const bucket = findBucket(store, name)
    removeUpload(bucket, findUpload(bucket, key, query.get('uploadId')))
    return { status: 204 }
  },
}
