import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { LockingStore } from '../../lambdas/shared/object-store.ts'

/** Objects in memory; equal bytes may be held once for many keys. What is retained is not remembered. */
export function memoryStore(objects = new Map<string, Uint8Array>()): LockingStore {
  const held = (key: string) => {
    const bytes = objects.get(key)
    if (!bytes) throw new Error(`no ${key}`)
    return bytes
  }
  return {
    async get(key) {
      const bytes = objects.get(key)
      return bytes && { bytes, etag: etagOf(bytes) }
    },
    read: async key => Readable.from([held(key)]),
    async list(prefix) {
      const found = [...objects].filter(([key]) => key.startsWith(prefix))
      return found.map(([key, bytes]) => ({ key, bytes: bytes.length }))
    },
    async localFile(key, dir) {
      const path = join(dir, key.replaceAll('/', '-'))
      await writeFile(path, held(key))
      return path
    },
    async put(key, bytes) {
      objects.set(key, bytes)
    },
    async putFile(key, path) {
      objects.set(key, await readFile(path))
    },
    async putNew(key, object) {
      const bytes = 'bytes' in object ? object.bytes : await readFile(object.path)
      const before = objects.get(key)
      if (!before) objects.set(key, bytes)
      if (!before) return 'stored'
      return Buffer.compare(before, bytes) === 0 ? 'equal' : 'different'
    },
    async replace(key, bytes, etag) {
      const before = objects.get(key)
      if ((before && etagOf(before)) !== etag) return false
      objects.set(key, bytes)
      return true
    },
    async retain() {},
  }
}

function etagOf(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex')
}
