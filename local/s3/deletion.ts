import type { Bucket } from './bucket.ts'
import { S3Error } from './error.ts'
import { isRetained } from './retention.ts'
import { addMarker, nullVersion, removeVersion, type Version, versionsOf } from './version.ts'

export interface Deletion {
  readonly key: string
  /** Absent: the key is deleted, which hides its versions where versions are kept. */
  readonly versionId?: string | undefined
  readonly bypass: boolean
}

/** The version that is gone or the marker that was set; undefined when there was nothing, which is no error. */
export function deleteVersion(bucket: Bucket, { key, versionId, bypass }: Deletion, now: Date): Version | undefined {
  if (versionId === undefined && bucket.settings.versioning) return addMarker(bucket, key, now.toISOString())
  const id = versionId ?? nullVersion
  const version = versionsOf(bucket, key).find(one => one.versionId === id)
  if (version?.kind === 'object' && isRetained(version.retention, bypass, now)) {
    throw new S3Error('AccessDenied', `Access Denied because object protected by object lock: ${key}`)
  }
  return removeVersion(bucket, key, id)
}
