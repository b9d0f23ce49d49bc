import * as z from 'zod'
import { type Day, isDay } from '../../registry/day.ts'
import { type FacilityCode, isFacilityCode } from '../../registry/facility-code.ts'

/** The first line of a pack, and what its header says again under the signature. */
export const packFormat = 'bangiao-pack 1'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const count = z.int().min(0)
const day = z.custom<Day>(isDay)

/** What a pack says of itself, under its signature. */
export const packHeader = z.strictObject({
  format: z.literal(packFormat),
  facility: z.custom<FacilityCode>(isFacilityCode),
  /** The published snapshot that it was built from. */
  source: z.strictObject({ recipient: z.string(), sequence: count, manifestSha256: sha256 }),
  /** The instant of the snapshot's cut, and its day in Vietnam. */
  asOf: z.iso.datetime(),
  asOfDay: day,
  /** The instant after which it counts no more, and the last day that it answers for. */
  notAfter: z.iso.datetime(),
  lastDay: day,
  /** Of the key under which numbers are hashed: a month in Vietnam, and a fingerprint. */
  key: z.strictObject({ period: z.string().regex(/^[0-9]{4}-[0-9]{2}$/), id: z.string().regex(/^[0-9a-f]{16}$/) }),
  records: count,
  bodyBytes: count,
  bodySha256: sha256,
  /** Numbers of the catchment that have no record: several people of one year have them, or cover changes too often. */
  leftOut: z.strictObject({ shared: count, changing: count }),
})
export type PackHeader = z.infer<typeof packHeader>

/** The bytes that are signed. */
export function headerBytes(header: PackHeader): Buffer {
  return Buffer.from(JSON.stringify(header))
}

/** What stands before the body: the format, the header and its detached JWS, a line each. */
export function packHead(header: Uint8Array, jws: string): Buffer {
  return Buffer.concat([Buffer.from(`${packFormat}\n`), header, Buffer.from(`\n${jws}\n`)])
}

/** Whose pack the file says it is: good for choosing keys to prove it with, and for nothing else. */
export function claimedFacility(file: Buffer): unknown {
  const [, header = ''] = file.toString('latin1', 0, mostHeadBytes).split('\n')
  try {
    return (JSON.parse(header) as { readonly facility?: unknown }).facility
  } catch {
    return undefined
  }
}

/** A header has a few hundred bytes. */
const mostHeadBytes = 4096
