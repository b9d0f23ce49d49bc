import { S3Error } from '../error.ts'
import type { Operation } from '../request.ts'
import { findBucket } from '../store.ts'
import { findObject } from '../version.ts'
import { writeXml } from '../xml.ts'

export const getObjectRetention: Operation = {
  method: 'GET',
  on: 'object',
  when: ['retention'],
  takes: ['versionId'],
  answer({ bucket: name, key, query }, store) {
    const bucket = findBucket(store, name)
    if (!bucket.settings.objectLock) {
      throw new S3Error('InvalidRequest', `Bucket is missing Object Lock Configuration: ${name}`)
    }
    const { retention } = findObject(bucket, key, query.get('versionId'))
    if (!retention) {
      throw new S3Error('NoSuchObjectLockConfiguration', `The specified object has no retention: ${key}`)
    }
    return { body: writeXml('Retention', { Mode: retention.mode, RetainUntilDate: retention.until }) }
  },
}
