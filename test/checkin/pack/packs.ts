import { hash } from 'node:crypto'
import { type Cover, coverThroughout, daysFrom } from '../../../lambdas/checkin/pack/cover.ts'
import { keyedHash } from '../../../lambdas/checkin/pack/keyed-hash.ts'
import type { DeskTrust } from '../../../lambdas/checkin/pack/pack.ts'
import { headerBytes, type PackHeader, packFormat, packHead } from '../../../lambdas/checkin/pack/pack-header.ts'
import { packKey } from '../../../lambdas/checkin/pack/pack-key.ts'
import { encodeFacts, encodeRecord, recordBytes } from '../../../lambdas/checkin/pack/record.ts'
import { sortedRecords } from '../../../lambdas/checkin/pack/record-files.ts'
import { signDetached } from '../../../lambdas/handover/signature.ts'
import type { BirthDate } from '../../../lambdas/registry/birth-date.ts'
import type { Day } from '../../../lambdas/registry/day.ts'
import type { FacilityCode } from '../../../lambdas/registry/facility-code.ts'
import { monthOf } from '../../../lambdas/registry/month.ts'
import { jwks, signer } from '../../handover/convert/conversion.ts'
import { today } from '../people.ts'

export const facility = '01007' as FacilityCode
export const asOf = new Date('2026-11-22T02:00:00.000Z')
export const key = packKey(monthOf(today), Buffer.alloc(32, 7))
export const trust: DeskTrust = { facility, jwks, keys: [key] }
/** The days that a pack as of `today` answers for. */
export const days = daysFrom(today)

export interface Listed {
  readonly numbers: readonly string[]
  readonly birthDate: string
  readonly cover: Cover
}

/** In force at level 4 on all days of a pack as of `today`, to the end of the year. */
export function covered(level: 1 | 2 | 3 | 4 | 5 = 4, lastDay = '2026-12-31', asOfDay: Day = today): Cover {
  return coverThroughout(daysFrom(asOfDay), { level, lastDay: lastDay as Day })
}

export const woman: Listed = { numbers: ['0123456789', '001190000001'], birthDate: '1990-02-03', cover: covered() }

export interface PackChanges {
  readonly header?: Partial<PackHeader>
  readonly body?: (body: Buffer) => Buffer
}

/** The file of a signed pack of these people; the header says what is true unless a change says otherwise. */
export async function packOf(people: readonly Listed[], { header, body: spoil }: PackChanges = {}): Promise<Buffer> {
  const asOfDay = header?.asOfDay ?? today
  const keyed = keyedHash(key.secret)
  const records = people.flatMap(({ numbers, birthDate, cover }) => {
    const facts = encodeFacts(birthDate as BirthDate, cover, daysFrom(asOfDay))
    return numbers.map(number => encodeRecord(keyed, number, birthDate as BirthDate, facts))
  })
  const { bytes, shared } = sortedRecords(Buffer.concat(records))
  const body = spoil ? spoil(bytes) : bytes
  const bytesOfHeader = headerBytes({
    format: packFormat,
    facility,
    source: { recipient: 'moh', sequence: 1, manifestSha256: 'a'.repeat(64) },
    asOf: asOf.toISOString(),
    asOfDay,
    notAfter: new Date(asOf.getTime() + 7 * 86_400_000).toISOString(),
    lastDay: daysFrom(asOfDay).at(-1) as Day,
    key: { period: key.period, id: key.id },
    records: body.length / recordBytes,
    bodyBytes: body.length,
    bodySha256: hash('sha256', body),
    leftOut: { shared, changing: 0 },
    ...header,
  })
  return Buffer.concat([packHead(bytesOfHeader, await signDetached(bytesOfHeader, signer)), body])
}
