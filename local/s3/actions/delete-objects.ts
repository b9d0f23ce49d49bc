import { readXmlBody } from '../body.ts'
import type { Bucket } from '../bucket.ts'
import { type Deletion, deleteVersion } from '../deletion.ts'
import { S3Error } from '../error.ts'
import type { Operation } from '../request.ts'
import { bypassesGovernance } from '../retention.ts'
import { findBucket } from '../store.ts'
import { childrenNamed, childText, malformed, writeXml, type XmlFields } from '../xml.ts'

/** docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
const mostKeys = 1000

export const deleteObjects: Operation = {
  method: 'POST',
  on: 'bucket',
  when: ['delete'],
  takes: ['x-amz-bypass-governance-retention'],
  async answer(request, store) {
    const bucket = findBucket(store, request.bucket)
    const bypass = bypassesGovernance(request.headers)
    const body = await readXmlBody(request, 'Delete')
    const quiet = childText(body, 'Quiet') === 'true'
    const deletions = childrenNamed(body, 'Object').map(object => ({
      key: childText(object, 'Key') || malformed('has an Object without Key'),
      versionId: childText(object, 'VersionId'),
      bypass,
    }))
    const count = deletions.length
    if (count < 1 || count > mostKeys) malformed(`has ${count} keys, not 1 to ${mostKeys}`)
    const results = deletions.map(deletion => deleteOne(bucket, deletion, store.clock()))
    return {
      body: writeXml('DeleteResult', {
        Deleted: quiet ? [] : results.map(({ deleted }) => deleted).filter(one => one !== undefined),
        Error: results.map(({ error }) => error).filter(one => one !== undefined),
      }),
    }
  },
}

function deleteOne(
  bucket: Bucket,
  deletion: Deletion,
  now: Date,
): { readonly deleted?: XmlFields; readonly error?: XmlFields } {
  const { key, versionId } = deletion
  try {
    const version = deleteVersion(bucket, deletion, now)
    const marker = version?.kind === 'marker' ? version.versionId : undefined
    return {
      deleted: {
        Key: key,
        VersionId: versionId,
        DeleteMarker: marker && true,
        DeleteMarkerVersionId: marker,
      },
    }
  } catch (error) {
    if (!(error instanceof S3Error)) throw error
    return { error: { Key: key, VersionId: versionId, Code: error.code, Message: error.message } }
  }
}
