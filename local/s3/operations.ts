import { abortMultipartUpload } from './actions/abort-multipart-upload.ts'
import { completeMultipartUpload } from './actions/complete-multipart-upload.ts'
import { copyObject } from './actions/copy-object.ts'
import { createBucket } from './actions/create-bucket.ts'
import { createMultipartUpload } from './actions/create-multipart-upload.ts'
import { deleteObject } from './actions/delete-object.ts'
import { deleteObjectTagging } from './actions/delete-object-tagging.ts'
import { deleteObjects } from './actions/delete-objects.ts'
import { getBucketVersioning } from './actions/get-bucket-versioning.ts'
import { getObject } from './actions/get-object.ts'
import { getObjectRetention } from './actions/get-object-retention.ts'
import { getObjectTagging } from './actions/get-object-tagging.ts'
import { headBucket } from './actions/head-bucket.ts'
import { headObject } from './actions/head-object.ts'
import { listBuckets } from './actions/list-buckets.ts'
import { listMultipartUploads } from './actions/list-multipart-uploads.ts'
import { listObjectVersions } from './actions/list-object-versions.ts'
import { listObjectsV2 } from './actions/list-objects-v2.ts'
import { listParts } from './actions/list-parts.ts'
import { putBucketVersioning } from './actions/put-bucket-versioning.ts'
import { putObject } from './actions/put-object.ts'
import { putObjectLockConfiguration } from './actions/put-object-lock-configuration.ts'
import { putObjectRetention } from './actions/put-object-retention.ts'
import { putObjectTagging } from './actions/put-object-tagging.ts'
import { uploadPart } from './actions/upload-part.ts'
import { algorithms, checksumHeader } from './checksum.ts'
import { S3Error } from './error.ts'
import type { Operation, S3Request } from './request.ts'
import { owner } from './store.ts'

const operations: readonly Operation[] = [
  abortMultipartUpload,
  completeMultipartUpload,
  copyObject,
  createBucket,
  createMultipartUpload,
  deleteObject,
  deleteObjectTagging,
  deleteObjects,
  getBucketVersioning,
  getObject,
  getObjectRetention,
  getObjectTagging,
  headBucket,
  headObject,
  listBuckets,
  listMultipartUploads,
  listObjectVersions,
  listObjectsV2,
  listParts,
  putBucketVersioning,
  putObject,
  putObjectLockConfiguration,
  putObjectRetention,
  putObjectTagging,
  uploadPart,
]

/** Taken by every operation: who asks, how it is signed, and the sums of its body. */
const taken = new Set([
  'x-id',
  'content-md5',
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-decoded-content-length',
  'x-amz-expected-bucket-owner',
  'x-amz-sdk-checksum-algorithm',
  'x-amz-security-token',
  'x-amz-trailer',
  'x-amz-user-agent',
  ...algorithms.map(checksumHeader),
])

/** Whatever a request asks for beyond what the operation honours makes it one that is not implemented. */
export function findOperation(request: S3Request): Operation {
  const asked = meaningful(request)
  const on = request.key !== '' ? 'object' : request.bucket !== '' ? 'bucket' : 'service'
  const [operation] = operations
    .filter(one => one.method === request.method && one.on === on && (one.when ?? []).every(name => asked.has(name)))
    .sort((one, other) => (other.when?.length ?? 0) - (one.when?.length ?? 0))
  const honoured = [...(operation?.when ?? []), ...(operation?.takes ?? [])]
  const unknown = [...asked].filter(name => !honoured.includes(name))
  if (!operation || unknown.length > 0) {
    throw new S3Error(
      'NotImplemented',
      `A header or query you provided implies functionality that is not implemented: ${request.method} ${on} ${unknown}`,
    )
  }
  refuseOtherOwner(request)
  return operation
}

/** Every query parameter, and the headers by which S3 acts differently. */
function meaningful({ query, headers }: S3Request): Set<string> {
  const acting = Object.keys(headers)
    .filter(name => /^(x-amz-|if-|range$)/.test(name))
    .map(name => (name.startsWith('x-amz-meta-') ? 'x-amz-meta-*' : name))
  return new Set([...query.keys(), ...acting].filter(name => !taken.has(name)))
}

function refuseOtherOwner({ headers }: S3Request): void {
  const expected = headers['x-amz-expected-bucket-owner']
  if (expected !== undefined && expected !== owner) {
    throw new S3Error('AccessDenied', `Access Denied: every bucket here belongs to ${owner}, not to ${expected}`)
  }
}
