import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { kindsOfLines, newLine, wholeLines } from '../../../lambdas/handover/convert/item-lines.ts'

function kindOf(line: string): string {
  const [before, kind, after] = kindsOf(['{"Item":{"SK":{"S":"N"}}}', line, '{"Item":{"SK":{"S":"H"}}}'])
  expect([before, after]).toEqual(['number', 'household'])
  return kind as string
}

function kindsOf(lines: readonly string[]): readonly string[] {
  const block = Buffer.from(lines.map(line => `${line}\n`).join(''))
  const kindOf = kindsOfLines(block)
  let start = 0
  return lines.map(() => {
    const end = block.indexOf(newLine, start)
    const kind = kindOf(start, end)
    start = end + 1
    return kind
  })
}

describe('the kind of an item', () => {
  it.each([
    ['{"Item":{"PK":{"S":"H#0000000001"},"SK":{"S":"H"}}}', 'household'],
    ['{"Item":{"SK":{"S":"P"},"PK":{"S":"P#00000000001"}}}', 'person'],
    ['{"Item":{"PK":{"S":"P#00000000001"},"SK":{"S":"C#social"}}}', 'contributions'],
    ['{"Item":{"PK":{"S":"N#0000"},"SK":{"S":"N"}}}', 'number'],
    ['{"Item":{"PK":{"S":"P#00000000001"}}}', 'no-sort-key'],
    ['', 'no-sort-key'],
    ['{"Item":{"SK":{"S":"X"}}}', 'unknown-kind'],
    ['{"Item":{"SK":{"S":""}}}', 'unknown-kind'],
    ['{"Item":{"SK":{"S":"PP"}}}', 'unknown-kind'],
    ['{"Item":{"SK":{"S":"C"}}}', 'unknown-kind'],
    ['{"Item":{"SK":{"S":"N#"}}}', 'unknown-kind'],
    ['{"Item":{"a":{"M":{"SK":{"S":"P"}}},"SK":{"S":"N"}}}', 'person'],
    ['{"Item":{"a":{"M":{"SK":{"S":"N"}}},"SK":{"S":"P"}}}', 'too-many-sort-keys'],
    ['{"Item":{"a":{"M":{"SK":{"S":"C#x"}}},"SK":{"S":"H"}}}', 'too-many-sort-keys'],
  ])('on %s is %s, whatever stands on the lines beside', (line, kind) => {
    expect(kindOf(line)).toBe(kind)
  })

  it('is not told by text that looks like a sort key', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        const spoken = `${text}"SK":{"S":"N"}`
        expect(kindOf(JSON.stringify({ Item: { name: { S: spoken }, SK: { S: 'P' } } }))).toBe('person')
      }),
    )
  })
})

describe('lines of a stream', () => {
  const content = fc.array(fc.stringMatching(/^[ -~ạữ🐭]{0,20}$/u))

  it('are the same however the stream is cut', async () => {
    await fc.assert(
      fc.asyncProperty(content, fc.boolean(), fc.array(fc.integer({ min: 1, max: 30 })), async (lines, ended, cuts) => {
        const text = lines.join('\n') + (ended && lines.length ? '\n' : '')
        const blocks: Buffer[] = []
        for await (const block of wholeLines(pieces(Buffer.from(text), cuts))) blocks.push(Buffer.from(block))

        for (const block of blocks) expect(block.at(-1)).toBe(10)
        expect(Buffer.concat(blocks).toString()).toBe(text && !text.endsWith('\n') ? `${text}\n` : text)
      }),
    )
  })
})

/** The bytes in pieces of these lengths, over and over; whole without any. Each is overwritten once the next is asked for. */
async function* pieces(bytes: Buffer, lengths: readonly number[]): AsyncGenerator<Buffer> {
  for (let at = 0, number = 0; at < bytes.length; number++) {
    const length = lengths[number % lengths.length] ?? bytes.length
    const piece = Buffer.from(bytes.subarray(at, at + length))
    yield piece
    piece.fill(0)
    at += length
  }
}
