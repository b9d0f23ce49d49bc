import { mkdir, open, rename, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { atOnce } from '../../shared/at-once.ts'
import { giveBack, giveBackPiece } from '../../shared/give-back.ts'
import { mostFailures, type Patience, pauseAfter } from '../../shared/patience.ts'
import type { Listed } from '../manifest.ts'
import { type PackageReader, TransportFault } from './pull-transport.ts'

/** What is on its way at any time, over all files: so much a killed client has to fetch again at most. */
export const partBytes = 8 * 1024 * 1024

export const parallelDownloads = 4
const spanBytes = partBytes / parallelDownloads

/** What a line gives is written in pieces of so much: written in its own 64 KB, a pull took half as long again. */
const writeBytes = spanBytes / 2

export class NoSpace extends Error {
  override readonly name = 'NoSpace'
  readonly code = 'no-space'
}

type File = Pick<Listed, 'path' | 'bytes'>

/**
 * Fetches files into `landing`, each from where an earlier try left it: bytes lie in a `.part` beside their file until it is whole.
 * `onBytes` hears how many are there, of how many. Gives the paths of those that the other side does not have.
 * @throws NoSpace before the first byte, TransportFault when the line gives nothing more.
 */
export async function downloadFiles(
  reader: PackageReader,
  files: readonly File[],
  landing: string,
  {
    freeBytes,
    onBytes,
    ...patience
  }: Patience & {
    /** Free on the disk that holds a folder. */
    readonly freeBytes: (dir: string) => Promise<number>
    readonly onBytes: (done: number, of: number) => void
  },
): Promise<readonly string[]> {
  const all = files.reduce((sum, { bytes }) => sum + bytes, 0)
  let done = 0
  for (const file of files) done += await bytesThere(landing, file)
  const free = await freeBytes(landing)
  if (free < all - done) {
    throw new NoSpace(`${landing}: ${all - done} bytes are to come, and ${free} are free; make room, then go on`)
  }
  const count = (bytes: number) => {
    done += bytes
    onBytes(done, all)
  }
  count(0)
  const fetched = await atOnce(parallelDownloads, files, file => downloadFile(reader, file, landing, patience, count))
  return files.filter((_, index) => !fetched[index]).map(({ path }) => path)
}

export async function freeBytesOn(dir: string): Promise<number> {
  const { bavail, bsize } = await statfs(dir)
  return bavail * bsize
}

async function bytesThere(landing: string, { path, bytes }: File): Promise<number> {
  const whole = await sizeOf(join(landing, path))
  return whole === bytes ? bytes : Math.min((await sizeOf(join(landing, `${path}.part`))) ?? 0, bytes)
}

/** False when the other side does not have it. */
async function downloadFile(
  reader: PackageReader,
  { path, bytes }: File,
  landing: string,
  { random, sleep }: Patience,
  count: (bytes: number) => void,
): Promise<boolean> {
  const whole = join(landing, path)
  if ((await sizeOf(whole)) === bytes) return true
  await mkdir(dirname(whole), { recursive: true })
  await using part = await open(`${whole}.part`, 'a')
  let { size } = await part.stat()
  const startOver = async () => {
    await part.truncate(0)
    count(-Math.min(size, bytes))
    size = 0
  }
  if (size > bytes) await startOver()
  let etag: string | undefined
  for (let failures = 0; size < bytes; ) {
    const before = size
    try {
      const span = { first: size, last: Math.min(size + spanBytes, bytes) - 1 }
      const read = await reader.read(path, span, etag)
      etag = read.etag
      for await (const gathered of gather(read.bytes)) {
        await part.appendFile(gathered)
        size += gathered.length
        count(gathered.length)
      }
      if (size === before) throw new TransportFault('passing', `${path}: the line gave no bytes`)
      failures = 0
    } catch (error) {
      if (!(error instanceof TransportFault) || error.reason === 'refused') throw error
      if (error.reason === 'not-there') return false
      failures = size > before ? 1 : failures + 1
      if (failures >= mostFailures) throw error
      if (error.reason === 'changed') {
        await startOver()
        etag = undefined
      }
      await sleep(pauseAfter(failures, random))
    }
  }
  await rename(`${whole}.part`, whole)
  return true
}

/** Each is good until the next is asked for. When the line breaks off, what it gave before comes first. */
async function* gather(line: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const memory = Buffer.allocUnsafeSlow(writeBytes)
  let held = 0
  try {
    for await (const piece of line) {
      for (let at = 0; at < piece.length; ) {
        const taken = piece.subarray(at, at + writeBytes - held)
        memory.set(taken, held)
        held += taken.length
        at += taken.length
        if (held < writeBytes) continue
        yield memory
        held = 0
      }
      giveBackPiece(piece)
    }
    if (held > 0) yield memory.subarray(0, held)
  } catch (error) {
    if (held > 0) yield memory.subarray(0, held)
    throw error
  } finally {
    giveBack(memory.buffer)
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ size }) => size,
    () => undefined,
  )
}
