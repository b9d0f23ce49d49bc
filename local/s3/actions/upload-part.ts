import { receive } from '../body.ts'
import { checksumHeader } from '../checksum.ts'
import { stageData } from '../data-file.ts'
import { S3Error } from '../error.ts'
import type { Operation } from '../request.ts'
import { findBucket } from '../store.ts'
import { addPart, findUpload } from '../upload.ts'

/** docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const mostParts = 10_000

export const uploadPart: Operation = {
  method: 'PUT',
  on: 'object',
  when: ['partNumber', 'uploadId'],
  async answer(request, store) {
    const { key, query } = request
    const bucket = findBucket(store, request.bucket)
    const number = Number(query.get('partNumber'))
    if (!Number.isInteger(number) || number < 1 || number > mostParts) {
      throw new S3Error('InvalidArgument', `Part number must be an integer between 1 and ${mostParts}, not ${number}`)
    }
    const upload = findUpload(bucket, key, query.get('uploadId'))
    const { file, size, md5, checksum } = await stageData(bucket, async write => {
      const received = await receive(request, write)
      const expected = upload.checksum?.algorithm
      if (expected && received.checksum?.algorithm !== expected) {
        throw new S3Error(
          'InvalidRequest',
          `Checksum Type mismatch occurred, expected checksum Type: ${expected}, actual: ${received.checksum?.algorithm}`,
        )
      }
      return received
    })
    const lastModified = store.clock().toISOString()
    addPart(bucket, key, upload.uploadId, { number, file, size, md5, lastModified, checksum })
    return { headers: { etag: `"${md5}"`, ...(checksum && { [checksumHeader(checksum.algorithm)]: checksum.value }) } }
  },
}
