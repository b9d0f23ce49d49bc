import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { DataFile } from '../../handover/convert/data-file-engine.ts'
import { HandoverFault } from '../../handover/fault.ts'

/**
 * Keeps a data file of an export below `dir`, still compressed, and gives its path.
 * @throws HandoverFault when its MD5 is not the manifest's.
 */
export async function keepDataFile(source: Readable, { name, md5 }: DataFile, dir: string): Promise<string> {
  const path = join(dir, `${name}.json.gz`)
  const hash = createHash('md5')
  source.on('data', (bytes: Buffer) => hash.update(bytes))
  await pipeline(source, createWriteStream(path))
  const found = hash.digest('base64')
  if (found !== md5) throw new HandoverFault('data-file-md5', name, `MD5 is ${found}, the manifest says ${md5}`)
  return path
}
