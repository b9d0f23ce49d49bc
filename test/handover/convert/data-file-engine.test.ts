import { PassThrough } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readDataFile } from '../../../lambdas/handover/convert/data-file-engine.ts'
import { folder } from '../../local/service.ts'

const household = '{"Item":{"PK":{"S":"H#0000000001"},"SK":{"S":"H"}}}\n'

describe('the source of a data file', () => {
  it.each<[string, Buffer, string]>([
    ['holds what the registry does not know', gzipSync('{"Item":{"SK":{"S":"X"}}}\n'), 'no kind of item'],
    ['is damaged', Buffer.from(household), 'cut short or damaged'],
    ['cannot be parsed', gzipSync(household), 'no parser'],
  ])('that %s is not left open', async (_, bytes, fault) => {
    const source = new PassThrough()
    source.write(bytes)

    const read = readDataFile(
      source,
      { name: 'a-file', itemCount: 1, md5: '' },
      {
        dir: await folder(),
        chunkBytes: 1,
        aggregates: ['households'],
        keysPerLine: 1,
        onChunk: () => Promise.reject(new Error('no parser')),
      },
    )

    await expect(read).rejects.toThrow(fault)
    expect(source.destroyed).toBe(true)
  })
})
