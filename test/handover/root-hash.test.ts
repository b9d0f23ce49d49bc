import { createHash } from 'node:crypto'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rootSha256 } from '../../lambdas/handover/root-hash.ts'

describe('the root hash', () => {
  it('is the same in whatever order the files are named, and another when any byte is', () => {
    const hash = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`
    const files = fc
      .uniqueArray(fc.string({ minLength: 1 }), { minLength: 2, maxLength: 9 })
      .map(names => names.map(name => ({ path: join('persons', name), hash: hash(name) })))
    fc.assert(
      fc.property(files, fc.nat(), ([first, ...others], seed) => {
        const all = [first, ...others] as { path: string; hash: string }[]
        const root = rootSha256(all)
        expect(rootSha256(all.toSorted((a, b) => hash(a.path + seed).localeCompare(hash(b.path + seed))))).toBe(root)
        expect(rootSha256([{ ...(first as { path: string }), hash: hash('changed') }, ...others])).not.toBe(root)
        expect(rootSha256(others)).not.toBe(root)
      }),
    )
  })
})
