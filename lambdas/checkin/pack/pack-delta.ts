import { hash } from 'node:crypto'
import type { Jwks } from '../../handover/signature.ts'
import { bodyFault, type PackFault, readSignedHeader } from './pack.ts'
import { keyBytes, recordBytes } from './record.ts'

/** The first line of a delta. */
export const deltaFormat = 'bangiao-pack-delta 1'

export type DeltaFault = 'unknown-format' | 'cut' | 'malformed' | 'wrong-base' | 'wrong-result'

/** Whether the file says that it is a delta, whatever is in it. */
export function isDelta(file: Buffer): boolean {
  return file.toString('latin1', 0, deltaFormat.length) === deltaFormat
}

/** A pack whose signature and hash hold, and its file; how old it is does not matter. */
export interface ProvenPack {
  readonly file: Buffer
  readonly headBytes: number
  readonly facility: string
  readonly keyId: string
}

/** Proves a pack as far as a delta needs it. */
export async function provePack(file: Buffer, jwks: Jwks): Promise<ProvenPack | PackFault> {
  const signed = await readSignedHeader(file, jwks)
  if (typeof signed === 'string') return signed
  const { header, headBytes, body } = signed
  return bodyFault(header, body) ?? { file, headBytes, facility: header.facility, keyId: header.key.id }
}

/**
 * What turns `from` into `to`, one facility's packs under one key: the format, the SHA-256 of `from` in hex and the length of `to`'s
 * head, a line each; that head as it is; then, for each place where they differ, how many records stay, how many go and how many come
 * (three LEB128 numbers), and the ones that come.
 */
export function packDelta(from: ProvenPack, to: ProvenPack): Buffer | 'another-facility' | 'another-key' {
  if (from.facility !== to.facility) return 'another-facility'
  if (from.keyId !== to.keyId) return 'another-key'
  const lines = `${deltaFormat}\n${hash('sha256', from.file)}\n${to.headBytes}\n`
  return Buffer.concat([Buffer.from(lines), to.file.subarray(0, to.headBytes), ...changes(bodyOf(from), bodyOf(to))])
}

/** `to`, byte for byte, once it proves itself; `file` is the delta. */
export async function applyDelta(from: ProvenPack, file: Buffer, jwks: Jwks): Promise<Buffer | DeltaFault | PackFault> {
  const opened = openDelta(file)
  if (typeof opened === 'string') return opened
  if (opened.base !== hash('sha256', from.file)) return 'wrong-base'
  const body = changed(bodyOf(from), opened.changes)
  if (typeof body === 'string') return body
  const result = Buffer.concat([opened.head, ...body])
  const proven = await provePack(result, jwks)
  if (typeof proven !== 'string') return result
  return proven === 'wrong-hash' || proven === 'cut' || proven === 'extra-bytes' ? 'wrong-result' : proven
}

function openDelta(file: Buffer) {
  const lines: string[] = []
  let start = 0
  for (let line = 0; line < 3; line++) {
    const end = file.indexOf('\n', start)
    if (end < 0 && line > 0) return 'cut'
    lines.push(file.toString('latin1', start, end < 0 ? undefined : end))
    if (lines[0] !== deltaFormat) return 'unknown-format'
    if (end < 0) return 'cut'
    start = end + 1
  }
  const [, base = '', length = ''] = lines
  if (!/^[0-9a-f]{64}$/.test(base) || !/^[1-9][0-9]{0,5}$/.test(length)) return 'malformed'
  const end = start + Number(length)
  if (file.length < end) return 'cut'
  return { base, head: file.subarray(start, end), changes: file.subarray(end) }
}

function bodyOf({ file, headBytes }: ProvenPack): Buffer {
  return file.subarray(headBytes)
}

/** Both bodies are sorted by key: one walk finds what goes and what comes. */
function changes(from: Buffer, to: Buffer): readonly Buffer[] {
  const pieces: Buffer[] = []
  let [old, now, stayed] = [0, 0, 0]
  while (old < from.length || now < to.length) {
    if (isSameRecord(from, old, to, now)) {
      stayed++
      old += recordBytes
      now += recordBytes
      continue
    }
    const [goes, comes] = [old, now]
    while ((old < from.length || now < to.length) && !isSameRecord(from, old, to, now)) {
      const order = byKey(from, old, to, now)
      if (order <= 0) old += recordBytes
      if (order >= 0) now += recordBytes
    }
    const counts = [stayed, (old - goes) / recordBytes, (now - comes) / recordBytes]
    pieces.push(Buffer.from(counts.flatMap(leb128)), to.subarray(comes, now))
    stayed = 0
  }
  return pieces
}

function isSameRecord(from: Buffer, old: number, to: Buffer, now: number): boolean {
  if (old >= from.length || now >= to.length) return false
  return from.compare(to, now, now + recordBytes, old, old + recordBytes) === 0
}

/** What has come to its end stands behind everything. */
function byKey(from: Buffer, old: number, to: Buffer, now: number): number {
  if (old >= from.length) return 1
  if (now >= to.length) return -1
  return from.compare(to, now, now + keyBytes, old, old + keyBytes)
}

function changed(from: Buffer, changes: Buffer): readonly Buffer[] | DeltaFault {
  const pieces: Buffer[] = []
  let [old, at] = [0, 0]
  while (at < changes.length) {
    const counts: number[] = []
    for (let number = 0; number < 3; number++) {
      const read = readLeb128(changes, at)
      if (!read) return 'cut'
      counts.push(read.value * recordBytes)
      at = read.end
    }
    const [stay, go, come] = counts as [number, number, number]
    if (old + stay + go > from.length) return 'malformed'
    if (at + come > changes.length) return 'cut'
    pieces.push(from.subarray(old, old + stay), changes.subarray(at, at + come))
    old += stay + go
    at += come
  }
  return [...pieces, from.subarray(old)]
}

/** Seven bits a byte, the lowest first; the eighth says that more follow (DWARF 5, 7.6). */
function leb128(value: number): readonly number[] {
  const bytes: number[] = []
  let rest = value
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128)
  return [...bytes, rest]
}

function readLeb128(bytes: Buffer, start: number): { readonly value: number; readonly end: number } | undefined {
  let value = 0
  for (let at = start; at < Math.min(bytes.length, start + 5); at++) {
    const byte = bytes[at] as number
    value += (byte & 127) * 128 ** (at - start)
    if (byte < 128) return { value, end: at + 1 }
  }
  return undefined
}
