import { TransportFault } from './pull-transport.ts'

/** Milliseconds without a byte after which a line counts as broken. */
export const longestSilence = 30_000

/** The bytes of a line. When it breaks off, or says nothing for too long and is then stopped, it does so in passing. */
export async function* bytesOf(
  line: AsyncIterable<Uint8Array>,
  stop: () => void,
  silence: number,
): AsyncGenerator<Uint8Array> {
  const bytes = line[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await heardWithin(silence, stop, bytes.next())
      if (next.done) return
      yield next.value
    }
  } finally {
    stop()
  }
}

/** @throws TransportFault that passes, whatever `answer` fails with; `stop` must make it fail. */
export async function heardWithin<Answer>(silence: number, stop: () => void, answer: Promise<Answer>): Promise<Answer> {
  const watch = setTimeout(stop, silence)
  try {
    return await answer
  } catch (cause) {
    throw new TransportFault('passing', 'the line broke off, or nobody answers', { cause })
  } finally {
    clearTimeout(watch)
  }
}
