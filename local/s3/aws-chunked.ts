import { S3Error } from './error.ts'

/** A line of aws-chunked is a chunk's size or a trailer. */
const longestLine = 8192

/**
 * Takes the aws-chunked framing off: `<hex size>[;extension]\r\n<bytes>\r\n` until size 0, then trailer lines.
 * The trailers are in `trailers` once the last chunk has been read.
 */
export async function* decodeAwsChunked(
  body: AsyncIterable<Uint8Array>,
  trailers: Map<string, string>,
): AsyncGenerator<Uint8Array> {
  const source = body[Symbol.asyncIterator]()
  const reader = lineReader(source)
  try {
    for (let left = sizeIn(await reader.line()); left > 0; left = sizeIn(await reader.line())) {
      while (left > 0) {
        const bytes = await reader.bytes(left)
        left -= bytes.length
        yield bytes
      }
      if ((await reader.line()) !== '') throw new S3Error('IncompleteBody', 'A chunk is longer than it says')
    }
    for (let line = await reader.line(); line !== ''; line = await reader.line()) {
      const [, name, value] = /^([^:]+):(.*)$/.exec(line) ?? []
      if (name === undefined || value === undefined) throw malformedTrailer(line)
      trailers.set(name.trim().toLowerCase(), value.trim())
    }
  } finally {
    await source.return?.()
  }
}

export function malformedTrailer(line: string): S3Error {
  return new S3Error('MalformedTrailerError', `The request contained trailing data that was not well-formed: ${line}`)
}

function sizeIn(line: string): number {
  const size = /^([0-9a-f]{1,8})(;|$)/i.exec(line)?.[1]
  if (size === undefined) throw new S3Error('IncompleteBody', `An aws-chunked body has the chunk size ${line}`)
  return Number.parseInt(size, 16)
}

function lineReader(source: AsyncIterator<Uint8Array>) {
  let buffer: Buffer = Buffer.alloc(0)

  async function more(): Promise<Buffer> {
    const { value, done } = await source.next()
    if (done) throw new S3Error('IncompleteBody', 'The aws-chunked body ended before its last chunk')
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  }

  return {
    async line(): Promise<string> {
      let end = buffer.indexOf('\r\n')
      while (end < 0) {
        if (buffer.length > longestLine) throw new S3Error('IncompleteBody', 'An aws-chunked line does not end')
        buffer = Buffer.concat([buffer, await more()])
        end = buffer.indexOf('\r\n')
      }
      const line = buffer.toString('latin1', 0, end)
      buffer = buffer.subarray(end + 2)
      return line
    },
    /** At least one byte and at most `limit`. */
    async bytes(limit: number): Promise<Buffer> {
      while (buffer.length === 0) buffer = await more()
      const bytes = buffer.subarray(0, limit)
      buffer = buffer.subarray(bytes.length)
      return bytes
    },
  }
}
