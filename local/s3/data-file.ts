import { randomUUID } from 'node:crypto'
import { createReadStream, openSync, type ReadStream, rmSync } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import type { Digested, Write } from './body.ts'
import { type Bucket, dataPath } from './bucket.ts'

/** Bytes of a file, both ends included. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** Bytes on disk that no record names yet. */
export interface Staged extends Digested {
  readonly file: string
}

const readSize = 2 ** 20

export async function stageData(bucket: Bucket, fill: (write: Write) => Promise<Digested>): Promise<Staged> {
  const file = randomUUID()
  const path = dataPath(bucket, file)
  const handle = await open(path, 'wx')
  try {
    return { ...(await fill(chunk => handle.appendFile(chunk))), file }
  } catch (error) {
    await rm(path)
    throw error
  } finally {
    await handle.close()
  }
}

/** Opens at once, so that the bytes stay readable although the object is replaced or deleted meanwhile. */
export function openData(bucket: Bucket, file: string, span?: Span): ReadStream {
  const path = dataPath(bucket, file)
  return createReadStream(path, { ...span, fd: openSync(path, 'r'), highWaterMark: readSize })
}

/** The check decides whether staged bytes are stored; those that it refuses are dropped. */
export function checkStaged<T>(bucket: Bucket, staged: { readonly file: string }, check: () => T): T {
  try {
    return check()
  } catch (error) {
    dropData(bucket, staged)
    throw error
  }
}

export function dropData(bucket: Bucket, { file }: { readonly file: string }): void {
  rmSync(dataPath(bucket, file), { force: true })
}
