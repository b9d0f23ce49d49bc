import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { downloadFiles } from '../../../lambdas/handover/pull/download-files.ts'
import { type PackageReader, TransportFault } from '../../../lambdas/handover/pull/pull-transport.ts'
import { folder } from '../../local/service.ts'

const sizes = fc.array(fc.integer({ min: 1, max: 3_000_000 }), { minLength: 1, maxLength: 4 })
// Some that end beside what is written at once
const pieces = fc.infiniteStream(
  fc.oneof(fc.integer({ min: 1, max: 1_500_000 }), fc.integer({ min: 2 ** 20 - 2, max: 2 ** 20 + 2 })),
)
const breaks = fc.array(fc.boolean(), { maxLength: 12 })

it('keeps every byte, in whatever pieces a line gives them and wherever it breaks off', async () => {
  await fc.assert(
    fc.asyncProperty(sizes, pieces, breaks, async (sizes, pieces, breaks) => {
      const contents = new Map(sizes.map((size, at) => [`${at}.parquet`, bytesOf(size, at)]))
      const landing = await folder()
      let served = 0
      let counted = 0

      await downloadFiles(
        readerOf(contents, pieces, breaks, bytes => {
          served += bytes
        }),
        [...contents].map(([path, { length }]) => ({ path, bytes: length })),
        landing,
        {
          random: () => 0,
          sleep: async () => {},
          freeBytes: async () => Number.POSITIVE_INFINITY,
          onBytes: done => {
            counted = done
          },
        },
      )

      for (const [path, content] of contents) expect(content.equals(await readFile(join(landing, path)))).toBe(true)
      const all = sizes.reduce((sum, size) => sum + size, 0)
      expect([served, counted]).toEqual([all, all])
    }),
    { numRuns: 40 },
  )
})

/** Breaks off after a piece for as long as `breaks` says so, each time asked; no two breaks follow each other without a byte. */
function readerOf(
  contents: ReadonlyMap<string, Buffer>,
  pieces: Iterator<number>,
  breaks: boolean[],
  onServed: (bytes: number) => void,
): PackageReader {
  async function* line(bytes: Buffer): AsyncGenerator<Uint8Array> {
    const breaksOff = breaks.pop() ?? false
    for (let at = 0; at < bytes.length; ) {
      // Alone in its memory, or beside others
      const length = Number(pieces.next().value)
      const part = bytes.subarray(at, at + length)
      const piece = length % 2 === 0 ? Uint8Array.from(part) : part
      onServed(piece.length)
      at += piece.length
      yield piece
      if (breaksOff) throw new TransportFault('passing', 'the plug was pulled')
    }
  }
  return {
    async read(path, span) {
      const content = contents.get(path) as Buffer
      return { bytes: line(content.subarray(span?.first, (span?.last ?? content.length) + 1)), etag: 'one' }
    },
  }
}

/** Never alone in its memory: whoever freed a piece of it would be seen. */
function bytesOf(size: number, seed: number): Buffer {
  const memory = Buffer.alloc(size + 1)
  for (let at = 0; at < size; at += 4096) memory[at] = (at / 4096 + seed) % 251
  return memory.subarray(0, size)
}
