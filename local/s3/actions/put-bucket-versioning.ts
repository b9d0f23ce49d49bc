import { readXmlBody } from '../body.ts'
import { saveSettings } from '../bucket.ts'
import { S3Error } from '../error.ts'
import type { Operation } from '../request.ts'
import { findBucket } from '../store.ts'
import { childText, malformed } from '../xml.ts'

export const putBucketVersioning: Operation = {
  method: 'PUT',
  on: 'bucket',
  when: ['versioning'],
  async answer(request, store) {
    const configuration = await readXmlBody(request, 'VersioningConfiguration')
    const status = childText(configuration, 'Status')
    if (status !== 'Enabled' && status !== 'Suspended') malformed(`has the Status ${status}, not Enabled or Suspended`)
    if (childText(configuration, 'MfaDelete') === 'Enabled') {
      throw new S3Error('NotImplemented', 'MfaDelete is not implemented')
    }
    const bucket = findBucket(store, request.bucket)
    if (bucket.settings.objectLock && status === 'Suspended') {
      throw new S3Error('InvalidBucketState', 'A bucket with Object Lock keeps its versions; it cannot be suspended')
    }
    saveSettings(bucket, { ...bucket.settings, versioning: status })
    return {}
  },
}
