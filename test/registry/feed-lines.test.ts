import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type FeedLine, feedLines, maximumLineBytes } from '../../lambdas/registry/feed-lines.ts'
import { maximumPieceLines } from '../../lambdas/registry/landing-keys.ts'

describe('a piece', () => {
  it('has lines that end in LF or CRLF, the last one also with the piece', async () => {
    expect(await linesOf('{"a":1}\r\n{"b":2}\n{"c":3}')).toEqual([
      { line: 1, text: '{"a":1}' },
      { line: 2, text: '{"b":2}' },
      { line: 3, text: '{"c":3}' },
    ])
  })

  it('has the same lines however its bytes arrive', async () => {
    const text = fc
      .array(fc.constantFrom('{}', 'Đỗ Thị Hoà', '', '\r'), { maxLength: 8 })
      .map(lines => lines.join('\n'))
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 5 }), async (text, length) => {
        expect(await linesOf(text, length)).toEqual(await linesOf(text))
      }),
    )
  })

  it('that is empty has no lines, and none is refused', async () => {
    expect(await linesOf('')).toEqual([])
  })

  it.each([
    ['gzip', gzipSync('{}\n{}\n{}'), 'gzip: unpack the file first'],
    ['Parquet', Buffer.from('PAR1\u0015\u0004\n{}\n'), 'Parquet: name the file .parquet'],
  ])('that is %s under another name is refused as a whole', async (_, bytes, packing) => {
    expect(await linesOf(bytes)).toEqual([{ line: 0, refusals: [refusal('file', `lines of NDJSON, not ${packing}`)] }])
  })

  it('that holds too many lines is read as far as allowed', async () => {
    const lines = await linesOf('{}\n'.repeat(maximumPieceLines + 2))
    expect(lines).toHaveLength(maximumPieceLines + 1)
    expect(lines.at(-1)).toEqual({ line: 0, refusals: [refusal('file', 'at-most-50000-lines')] })
    expect((await linesOf('{}\n'.repeat(maximumPieceLines))).at(-1)).toEqual({ line: maximumPieceLines, text: '{}' })
  })
})

describe('a line', () => {
  it('with a byte-order mark, as only the first can have one, is refused and no other', async () => {
    expect(await linesOf('\ufeff{}\n{}')).toEqual([
      { line: 1, refusals: [refusal('line', 'no-byte-order-mark')] },
      { line: 2, text: '{}' },
    ])
  })

  it('that is not UTF-8 is refused and no other', async () => {
    const latin1 = Buffer.from('{"a":"é"}\n{}', 'latin1')
    expect(await linesOf(latin1)).toEqual([
      { line: 1, refusals: [refusal('line', 'utf-8')] },
      { line: 2, text: '{}' },
    ])
  })

  it('of a mebibyte is read, a longer one is refused and no other', async () => {
    const longest = 'x'.repeat(maximumLineBytes)
    expect(await linesOf(`${longest}\r\n${longest}x\n{}`, 65_536)).toEqual([
      { line: 1, text: longest },
      { line: 2, refusals: [refusal('line', 'at-most-1048576-bytes')] },
      { line: 3, text: '{}' },
    ])
  })

  it('of any bytes at all is read or refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async bytes => {
        const lines = await linesOf(Buffer.from(bytes))
        expect(lines.length > 0).toBe(bytes.length > 0)
      }),
    )
  })
})

const refusal = (field: string, rule: string) => ({ field, rule, value: undefined })

async function linesOf(content: string | Buffer, chunkBytes = 1_000_000) {
  const lines: FeedLine[] = []
  for await (const line of feedLines(chunks(Buffer.from(content), chunkBytes))) lines.push(line)
  return lines
}

async function* chunks(bytes: Buffer, length: number) {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
}
