import { readXmlBody } from '../body.ts'
import { saveSettings } from '../bucket.ts'
import { S3Error } from '../error.ts'
import type { Operation } from '../request.ts'
import { readDefaultRetention } from '../retention.ts'
import { findBucket } from '../store.ts'

export const putObjectLockConfiguration: Operation = {
  method: 'PUT',
  on: 'bucket',
  when: ['object-lock'],
  async answer(request, store) {
    const bucket = findBucket(store, request.bucket)
    const configuration = await readXmlBody(request, 'ObjectLockConfiguration')
    if (!bucket.settings.objectLock) {
      throw new S3Error('InvalidBucketState', `Object Lock was not enabled when the bucket was made: ${bucket.name}`)
    }
    const { defaultRetention: _, ...settings } = bucket.settings
    const defaultRetention = readDefaultRetention(configuration)
    saveSettings(bucket, defaultRetention ? { ...settings, defaultRetention } : settings)
    return {}
  },
}
