import { readXmlBody } from '../body.ts'
import { S3Error } from '../error.ts'
import type { Operation } from '../request.ts'
import { bypassesGovernance, mayReplace, readRetention } from '../retention.ts'
import { findBucket } from '../store.ts'
import { findObject, replaceVersion } from '../version.ts'

export const putObjectRetention: Operation = {
  method: 'PUT',
  on: 'object',
  when: ['retention'],
  takes: ['versionId', 'x-amz-bypass-governance-retention'],
  async answer(request, store) {
    const { key, headers } = request
    const now = store.clock()
    const retention = readRetention(await readXmlBody(request, 'Retention'), now)
    const bucket = findBucket(store, request.bucket)
    if (!bucket.settings.objectLock) {
      throw new S3Error('InvalidRequest', `Bucket is missing Object Lock Configuration: ${bucket.name}`)
    }
    const version = findObject(bucket, key, request.query.get('versionId'))
    if (!mayReplace(version.retention, retention, bypassesGovernance(headers), now)) {
      throw new S3Error('AccessDenied', `Access Denied because object protected by object lock: ${key}`)
    }
    replaceVersion(bucket, key, { ...version, retention })
    return {}
  },
}
