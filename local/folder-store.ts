import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, link, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { absent } from '../lambdas/shared/absent.ts'
import { sha256Of } from '../lambdas/shared/digest-files.ts'
import type { ObjectStore } from '../lambdas/shared/object-store.ts'

/** A folder as an object store, for what runs without any service. One process writes; what it wrote is whole or absent. */
export function folderStore(dir: string): ObjectStore {
  const at = (key: string) => join(dir, ...key.split('/'))
  return {
    async get(key) {
      const bytes = await readFile(at(key)).catch(absent)
      return bytes && { bytes, etag: createHash('md5').update(bytes).digest('hex') }
    },
    async read(key) {
      await stat(at(key))
      return createReadStream(at(key), { highWaterMark: 256 * 1024 })
    },
    async list(prefix) {
      const folder = at(prefix.slice(0, prefix.lastIndexOf('/') + 1))
      const entries = (await readdir(folder, { recursive: true, withFileTypes: true }).catch(absent)) ?? []
      const whole = entries.filter(entry => entry.isFile() && !entry.name.endsWith(unfinished))
      const files = whole.map(entry => join(entry.parentPath, entry.name))
      const keys = files.map(path => relative(dir, path).split(sep).join('/')).filter(key => key.startsWith(prefix))
      return Promise.all(keys.sort().map(async key => ({ key, bytes: (await stat(at(key))).size })))
    },
    async localFile(key) {
      await stat(at(key))
      return at(key)
    },
    put: (key, bytes) => place(at(key), bytes, rename),
    async putFile(key, path) {
      await mkdir(dirname(at(key)), { recursive: true })
      await rename(path, at(key)).catch(acrossDevices(() => copyFile(path, at(key))))
    },
    async putNew(key, object) {
      const path = at(key)
      try {
        if ('bytes' in object) await place(path, object.bytes, link)
        else await placeFile(path, object.path)
        return 'stored'
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
        return (await sha256Of(path)) === object.sha256 ? 'equal' : 'different'
      }
    },
    async replace(key, bytes, etag) {
      const held = await this.get(key)
      if (held?.etag !== etag) return false
      await this.put(key, bytes)
      return true
    },
  }
}

/** At the end of a file's name while it is being written. */
const unfinished = '.part'

async function place(path: string, bytes: Uint8Array, publish: (from: string, to: string) => Promise<void>) {
  await mkdir(dirname(path), { recursive: true })
  const temporary = `${path}.${randomUUID()}${unfinished}`
  await writeFile(temporary, bytes)
  try {
    await publish(temporary, path)
  } finally {
    await rm(temporary, { force: true })
  }
}

async function placeFile(path: string, from: string) {
  await mkdir(dirname(path), { recursive: true })
  await link(from, path).catch(acrossDevices(async () => place(path, await readFile(from), link)))
}

function acrossDevices(instead: () => Promise<void>) {
  return (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EXDEV') throw error
    return instead()
  }
}
