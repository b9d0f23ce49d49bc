import type { ObjectStore } from '../../shared/object-store.ts'
import { latestSequence } from '../latest.ts'
import type { FlattenedJws } from '../signature.ts'

/** Says which link of a chain is the newest; an older one never takes the place of a newer one. */
export async function putLatest(published: ObjectStore, key: string, latest: FlattenedJws) {
  const bytes = Buffer.from(JSON.stringify(latest))
  for (;;) {
    const held = await published.get(key)
    if (held && latestSequence(held.bytes) >= latestSequence(bytes)) return
    if (await published.replace(key, bytes, held?.etag)) return
  }
}
