import { type Bucket, bucketNames, loadBucket } from './bucket.ts'
import { S3Error } from './error.ts'
import type { ObjectVersion } from './version.ts'

export interface Store {
  readonly dir: string
  readonly clock: () => Date
  readonly buckets: Map<string, Bucket>
  readonly onObjectCreated: (created: ObjectCreated) => void
}

export interface ObjectCreated {
  readonly bucket: string
  readonly key: string
  /** `null`, the word, where the bucket keeps no versions. */
  readonly versionId: string
  readonly size: number
  readonly etag: string
}

/** The one account that every bucket belongs to. */
export const owner = '000000000000'

/**
 * Under `dir`, a folder a bucket shows each key's current bytes. What counts is in `.s3/<bucket>`: `data` has a file for
 * every version's bytes, never changed once written; `objects` has a record for every key, saying what its versions are;
 * `uploads` has one for every upload under way. It all survives the process being killed, not a loss of power.
 */
export function openStore(
  dir: string,
  clock: () => Date,
  onObjectCreated: (created: ObjectCreated) => void = () => {},
): Store {
  const buckets = bucketNames(dir).flatMap(name => loadBucket(dir, name) ?? [])
  return { dir, clock, buckets: new Map(buckets.map(bucket => [bucket.name, bucket])), onObjectCreated }
}

export function findBucket({ buckets }: Store, name: string): Bucket {
  const bucket = buckets.get(name)
  if (!bucket) throw new S3Error('NoSuchBucket', `The specified bucket does not exist: ${name}`)
  return bucket
}

export function announce(store: Store, { name: bucket }: Bucket, key: string, version: ObjectVersion): void {
  const { versionId, size, etag } = version
  store.onObjectCreated({ bucket, key, versionId, size, etag })
}
