import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { sha256Hex } from '../../lambdas/handover/schemas.ts'
import type { ObjectStore } from '../../lambdas/shared/object-store.ts'
import { folder } from '../local/service.ts'

/** What every object store promises; `make` gives an empty one. */
export function describeObjectStore(name: string, make: () => Promise<ObjectStore>) {
  describe(`objects in ${name}`, () => {
    it('are read back as they were put, under keys of any depth', async () => {
      const store = await make()
      await store.put('moh/province=01/Bàn giao é+&.json', utf8('Bàn giao'))

      const found = await store.get('moh/province=01/Bàn giao é+&.json')
      expect(text(found?.bytes)).toBe('Bàn giao')
      expect(text(await buffer(await store.read('moh/province=01/Bàn giao é+&.json')))).toBe('Bàn giao')
    })

    it('are absent until they are put', async () => {
      const store = await make()

      expect(await store.get('moh/latest.json')).toBe(undefined)
      await expect(store.read('moh/latest.json')).rejects.toThrow()
      await expect(store.localFile('moh/latest.json', await folder())).rejects.toThrow()
      expect(await store.list('moh/')).toEqual([])
    })

    it('are replaced by a later put', async () => {
      const store = await make()
      await store.put('a', utf8('one'))
      await store.put('a', utf8('another'))

      expect(text((await store.get('a'))?.bytes)).toBe('another')
    })

    it('may be empty', async () => {
      const store = await make()
      await store.put('a', utf8(''))

      expect((await store.get('a'))?.bytes).toHaveLength(0)
      expect(await store.list('')).toEqual([{ key: 'a', bytes: 0 }])
    })

    it('are listed by the beginning of their key, sorted, with their size', async () => {
      const store = await make()
      for (const key of ['parts/b', 'parts/a/2', 'parts/a/1', 'parts/a1', 'other/a']) await store.put(key, utf8(key))

      expect(await store.list('parts/a')).toEqual([
        { key: 'parts/a/1', bytes: 9 },
        { key: 'parts/a/2', bytes: 9 },
        { key: 'parts/a1', bytes: 8 },
      ])
      expect((await store.list('parts/a/')).map(({ key }) => key)).toEqual(['parts/a/1', 'parts/a/2'])
    })

    it('are listed all, be they more than a page of 1,000', async () => {
      const store = await make()
      const keys = Array.from({ length: 1005 }, (_, n) => `parts/${String(n).padStart(4, '0')}`)
      await Promise.all(keys.map(key => store.put(key, utf8('x'))))

      expect((await store.list('parts/')).map(({ key }) => key)).toEqual(keys)
    })

    it('are put from a file, and come back as one', async () => {
      const [store, dir] = [await make(), await folder()]
      await writeFile(join(dir, 'given'), 'bytes')
      await store.putFile('a/b', join(dir, 'given'))

      await mkdir(join(dir, 'fetched'))
      expect(await readFile(await store.localFile('a/b', join(dir, 'fetched')), 'utf8')).toBe('bytes')
    })
  })

  describe(`put-if-absent in ${name}`, () => {
    it('stores what is new, and tells its own bytes from others, which it leaves as they are', async () => {
      const store = await make()

      expect(await store.putNew('a', made('one'))).toBe('stored')
      expect(await store.putNew('a', made('one'))).toBe('equal')
      expect(await store.putNew('a', made('another'))).toBe('different')
      expect(text((await store.get('a'))?.bytes)).toBe('one')
    })

    it('does so with files, and keeps them where they were', async () => {
      const [store, dir] = [await make(), await folder()]
      const file = async (content: string) => {
        await writeFile(join(dir, content), content)
        return { path: join(dir, content), sha256: sha256Hex(content) }
      }

      expect(await store.putNew('a/b', await file('one'))).toBe('stored')
      expect(await store.putNew('a/b', await file('one'))).toBe('equal')
      expect(await store.putNew('a/b', await file('another'))).toBe('different')
      expect(text((await store.get('a/b'))?.bytes)).toBe('one')
      expect(await readFile(join(dir, 'one'), 'utf8')).toBe('one')
    })

    it('lets one of twenty win', async () => {
      const store = await make()

      const answers = await Promise.all(twenty(n => store.putNew('a', made(`${n}`))))

      expect(answers.filter(answer => answer === 'stored')).toHaveLength(1)
      expect(answers.filter(answer => answer === 'different')).toHaveLength(19)
      expect(text((await store.get('a'))?.bytes)).toBe(`${answers.indexOf('stored')}`)
    })
  })

  describe(`replacing in ${name}`, () => {
    it('takes the first only where nothing is', async () => {
      const store = await make()

      expect(await store.replace('a', utf8('one'), undefined)).toBe(true)
      expect(await store.replace('a', utf8('another'), undefined)).toBe(false)
      expect(text((await store.get('a'))?.bytes)).toBe('one')
    })

    it('takes the next only where the one that was read still is', async () => {
      const store = await make()
      await store.put('a', utf8('one'))
      const read = await store.get('a')

      expect(await store.replace('a', utf8('two'), read?.etag)).toBe(true)
      expect(await store.replace('a', utf8('three'), read?.etag)).toBe(false)
      expect(text((await store.get('a'))?.bytes)).toBe('two')
    })
  })
}

export function utf8(content: string): Buffer {
  return Buffer.from(content)
}

export function twenty<Element>(make: (at: number) => Element): readonly Element[] {
  return Array.from({ length: 20 }, (_, at) => make(at))
}

function text(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes).toString()
}

function made(content: string) {
  return { bytes: utf8(content), sha256: sha256Hex(content) }
}
