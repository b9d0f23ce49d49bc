import { hash } from 'node:crypto'
import { detachedFault, type Jwks, type SignatureFault } from '../../handover/signature.ts'
import type { BirthDate } from '../../registry/birth-date.ts'
import type { FacilityCode } from '../../registry/facility-code.ts'
import type { Cover } from './cover.ts'
import { keyedHash } from './keyed-hash.ts'
import { type PackHeader, packFormat, packHeader } from './pack-header.ts'
import type { PackKey } from './pack-key.ts'
import { decodeRecord, type KeyedHash, keyBytes, recordBytes, soughtRecord } from './record.ts'

export const packFaults = [
  'unknown-format',
  'cut',
  'signature-malformed',
  'unknown-key',
  'wrong-signature',
  'malformed',
  'another-facility',
  'another-key',
  'clock-went-back',
  'stale',
  'older-than-seen',
  'extra-bytes',
  'wrong-hash',
  'wrong-count',
  'unsorted',
] as const satisfies readonly (SignatureFault | string)[]
export type PackFault = (typeof packFaults)[number]

/** What a device holds besides the pack. */
export interface DeskTrust {
  readonly facility: FacilityCode
  readonly jwks: Jwks
  /** One a period. */
  readonly keys: readonly PackKey[]
  /** The newest as-of instant that it has seen. */
  readonly seen?: Date
}

export interface Pack {
  readonly header: PackHeader
  readonly body: Buffer
  readonly keyed: KeyedHash
}

/** How far a device's clock may be off, either way. */
const clockDrift = 86_400_000

/**
 * A pack that may be asked: proven, for this facility, and neither too old nor ahead of the device's clock. Of the file nothing counts
 * before the signature holds, and then the header is read before the body.
 */
export async function openPack(
  file: Buffer,
  { facility, jwks, keys, seen }: DeskTrust,
  now: Date,
): Promise<Pack | PackFault> {
  const signed = await readSignedHeader(file, jwks)
  if (typeof signed === 'string') return signed
  const { header, body } = signed
  if (header.facility !== facility) return 'another-facility'
  const key = keys.find(({ id }) => id === header.key.id)
  if (!key) return 'another-key'
  const newest = Math.max(Date.parse(header.asOf), seen?.getTime() ?? 0)
  if (now.getTime() < newest - clockDrift) return 'clock-went-back'
  if (now.getTime() > Date.parse(header.notAfter) + clockDrift) return 'stale'
  const fault = bodyFault(header, body)
  return fault ?? { header, body, keyed: keyedHash(key.secret) }
}

/** Whether a device has seen a newer one: whoever hands it this pack would take back what that one says, a recall among it. */
export function isOlderThanSeen({ header }: Pack, { seen }: DeskTrust): boolean {
  return seen !== undefined && Date.parse(header.asOf) < seen.getTime()
}

/** Whether the bytes behind the header are the ones it describes. */
export function bodyFault({ records, bodyBytes, bodySha256 }: PackHeader, body: Buffer): PackFault | undefined {
  if (body.length < bodyBytes) return 'cut'
  if (body.length > bodyBytes) return 'extra-bytes'
  if (hash('sha256', body) !== bodySha256) return 'wrong-hash'
  if (records * recordBytes !== bodyBytes) return 'wrong-count'
  return isSorted(body) ? undefined : 'unsorted'
}

/** The header once its signature holds, and the bytes behind it, not looked at. */
export async function readSignedHeader(
  file: Buffer,
  jwks: Jwks,
): Promise<{ readonly header: PackHeader; readonly headBytes: number; readonly body: Buffer } | PackFault> {
  const start = packFormat.length + 1
  const opening = `${packFormat}\n`
  const opened = file.toString('latin1', 0, start)
  if (opened !== opening) return opening.startsWith(opened) ? 'cut' : 'unknown-format'
  const headerEnd = file.indexOf('\n', start)
  const jwsEnd = file.indexOf('\n', headerEnd + 1)
  if (headerEnd < 0 || jwsEnd < 0) return 'cut'
  const bytes = file.subarray(start, headerEnd)
  const fault = await detachedFault(bytes, file.toString('latin1', headerEnd + 1, jwsEnd), jwks)
  if (fault) return fault
  const header = readHeader(bytes)
  return header ? { header, headBytes: jwsEnd + 1, body: file.subarray(jwsEnd + 1) } : 'malformed'
}

/** Whoever has this number and this birth date, as far as both are known; undefined when the pack has nobody. */
export function coverIn({ header, body, keyed }: Pack, number: string, birthDate: BirthDate): Cover | undefined {
  const sought = soughtRecord(keyed, number, birthDate)
  let [low, high] = [0, header.records]
  while (low < high) {
    const middle = (low + high) >>> 1
    const at = middle * recordBytes
    const order = body.compare(sought, 0, keyBytes, at, at + keyBytes)
    if (order === 0) return decodeRecord(body.subarray(at, at + recordBytes), sought, birthDate, header.asOfDay)
    if (order < 0) low = middle + 1
    else high = middle
  }
  return undefined
}

/** By their keys, each of which occurs once. */
function isSorted(body: Buffer): boolean {
  for (let at = recordBytes; at < body.length; at += recordBytes)
    if (body.compare(body, at, at + keyBytes, at - recordBytes, at - recordBytes + keyBytes) >= 0) return false
  return true
}

function readHeader(bytes: Buffer): PackHeader | undefined {
  try {
    return packHeader.safeParse(JSON.parse(bytes.toString())).data
  } catch {
    return undefined
  }
}
