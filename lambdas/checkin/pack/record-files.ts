import { createHash } from 'node:crypto'
import { type FileHandle, mkdir, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { absent } from '../../shared/absent.ts'
import { keyBytes, recordBytes } from './record.ts'

/** Records by the first byte of their keys: each file is sorted in memory by itself, so a pack may be larger than that. */
const buckets = 256
const bufferedRecords = 1024

export interface RecordSorter {
  add(record: Buffer): void
  /** Waits until what was added lies on disk as far as memory asks for it. */
  settle(): Promise<void>
  /** All of them in order of their keys, once. Of those that share a key and differ none is kept. */
  sorted(to: string): Promise<SortedRecords>
}

export interface SortedRecords {
  readonly records: number
  readonly bytes: number
  readonly sha256: string
  /** Numbers that were left out. */
  readonly shared: number
}

/** Sorts records in `dir`, an empty folder. */
export async function recordSorter(dir: string): Promise<RecordSorter> {
  await mkdir(dir, { recursive: true })
  const held = Array.from({ length: buckets }, () => Buffer.alloc(0))
  const used = new Uint16Array(buckets)
  const full: { readonly bucket: number; readonly bytes: Buffer }[] = []
  const path = (bucket: number) => join(dir, String(bucket))
  const flush = (bucket: number) => {
    if (used[bucket])
      full.push({ bucket, bytes: (held[bucket] as Buffer).subarray(0, (used[bucket] as number) * recordBytes) })
    held[bucket] = Buffer.alloc(0)
    used[bucket] = 0
  }
  const settle = async () => {
    for (const { bucket, bytes } of full.splice(0)) await append(path(bucket), bytes)
  }
  return {
    add(record) {
      const bucket = record[0] as number
      if (held[bucket]?.length === 0) held[bucket] = Buffer.allocUnsafe(bufferedRecords * recordBytes)
      record.copy(held[bucket] as Buffer, (used[bucket] as number) * recordBytes)
      used[bucket] = (used[bucket] as number) + 1
      if (used[bucket] === bufferedRecords) flush(bucket)
    },
    settle,
    async sorted(to) {
      for (let bucket = 0; bucket < buckets; bucket++) flush(bucket)
      await settle()
      await using file = await open(to, 'w')
      return await writeSorted(
        file,
        Array.from({ length: buckets }, (_, bucket) => path(bucket)),
      )
    },
  }
}

async function writeSorted(file: FileHandle, paths: readonly string[]): Promise<SortedRecords> {
  const hash = createHash('sha256')
  let [bytes, shared] = [0, 0]
  for (const path of paths) {
    const bucket = await readFile(path).catch(absent)
    const kept = bucket && sortedRecords(bucket)
    if (!kept) continue
    hash.update(kept.bytes)
    await file.appendFile(kept.bytes)
    bytes += kept.bytes.length
    shared += kept.shared
  }
  return { records: bytes / recordBytes, bytes, sha256: hash.digest('hex'), shared }
}

/** In order of their keys; the same record once, and none of those that differ under one key. */
export function sortedRecords(records: Buffer): { readonly bytes: Buffer; readonly shared: number } {
  const views = Array.from({ length: records.length / recordBytes }, (_, index) =>
    records.subarray(index * recordBytes, (index + 1) * recordBytes),
  ).sort(Buffer.compare)
  const kept: Buffer[] = []
  let shared = 0
  for (let at = 0; at < views.length; ) {
    const first = views[at] as Buffer
    let end = at + 1
    while (end < views.length && first.compare(views[end] as Buffer, 0, keyBytes, 0, keyBytes) === 0) end++
    if (first.equals(views[end - 1] as Buffer)) kept.push(first)
    else shared++
    at = end
  }
  return { bytes: Buffer.concat(kept), shared }
}

async function append(path: string, bytes: Buffer) {
  await using file = await open(path, 'a')
  await file.appendFile(bytes)
}
