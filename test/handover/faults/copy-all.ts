import type { ObjectStore, StoredObject } from '../../../lambdas/shared/object-store.ts'

/** What lies below a folder, but for what comes after the step that is to be taken. */
export async function copyAll(from: ObjectStore, to: ObjectStore, root = '', after: readonly string[] = []) {
  for (const { key } of await from.list(root)) {
    if (after.some(folder => key.startsWith(root + folder))) continue
    const { bytes } = (await from.get(key)) as StoredObject
    await to.put(key, bytes)
  }
}
