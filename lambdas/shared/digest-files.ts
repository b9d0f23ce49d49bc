import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'

/** SHA-256 of a file, in hex. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  // One buffer, read into again and again: a stream's own would each weigh on the garbage collector
  const buffer = Buffer.allocUnsafe(256 * 1024)
  await using file = await open(path)
  for (;;) {
    const { bytesRead } = await file.read(buffer)
    if (bytesRead === 0) return hash.digest('hex')
    hash.update(buffer.subarray(0, bytesRead))
  }
}
