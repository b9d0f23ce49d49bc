import { readXmlBody } from '../body.ts'
import { createBucket as makeBucket } from '../bucket.ts'
import { S3Error } from '../error.ts'
import type { Operation } from '../request.ts'
import { childText } from '../xml.ts'

/** docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const bucketName = /^(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/

const defaultRegion = 'us-east-1'

export const createBucket: Operation = {
  method: 'PUT',
  on: 'bucket',
  takes: ['x-amz-bucket-object-lock-enabled'],
  async answer(request, { dir, buckets, clock }) {
    const { bucket: name, headers } = request
    if (!bucketName.test(name)) throw new S3Error('InvalidBucketName', `The specified bucket is not valid: ${name}`)
    const configured = headers['content-length'] !== undefined && headers['content-length'] !== '0'
    const region =
      configured && childText(await readXmlBody(request, 'CreateBucketConfiguration'), 'LocationConstraint')
    if (buckets.has(name)) {
      throw new S3Error('BucketAlreadyOwnedByYou', `The bucket that you tried to create already exists: ${name}`)
    }
    const objectLock = headers['x-amz-bucket-object-lock-enabled']?.toLowerCase() === 'true'
    const settings = { created: clock().toISOString(), region: region || defaultRegion, objectLock }
    buckets.set(name, makeBucket(dir, name, objectLock ? { ...settings, versioning: 'Enabled' } : settings))
    return { headers: { location: `/${name}` } }
  },
}
