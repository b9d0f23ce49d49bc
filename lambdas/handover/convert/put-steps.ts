import { atOnce } from '../../shared/at-once.ts'
import type { ObjectStore } from '../../shared/object-store.ts'
import type { WorkKeys } from '../work-keys.ts'
import type { ConvertedChanges } from './change-engine.ts'
import type { Converted } from './convert-engine.ts'

/** Small files: a put waits for S3 far longer than it sends. */
const putAtOnce = 16

/** Leaves the parts of a data file or a merge, and the keys found in them, for the steps that follow. */
export async function putParts(
  work: ObjectStore,
  keys: WorkKeys,
  name: string,
  { parts, keys: found }: Pick<Converted, 'parts' | 'keys'>,
) {
  await atOnce(putAtOnce, [...parts.entries()], ([index, { kind, province, path }]) =>
    work.putFile(`${keys.parts(kind, province)}${name}-${index}.parquet`, path),
  )
  await atOnce(putAtOnce, [...found.entries()], ([index, { bucket, path }]) =>
    work.putFile(`${keys.keys(bucket)}${name}-${index}.parquet`, path),
  )
}

/** Leaves what a data file of changes holds for the merges. */
export async function putChanges(
  work: ObjectStore,
  keys: WorkKeys,
  name: string,
  { parts, touched }: Pick<ConvertedChanges, 'parts' | 'touched'>,
) {
  await atOnce(putAtOnce, [...parts.entries()], ([index, { image, kind, province, path }]) =>
    work.putFile(`${keys.changed(image, kind, province)}${name}-${index}.parquet`, path),
  )
  await atOnce(putAtOnce, [...touched.entries()], ([index, { aggregate, path }]) =>
    work.putFile(`${keys.touched(aggregate)}${name}-${index}.parquet`, path),
  )
}
