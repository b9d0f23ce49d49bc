import { z } from 'zod'
import { vietnamAhead } from '../registry/day.ts'
import type { FlattenedJws } from './signature.ts'

/** What `latest.json` says under its signature: where the newest handover stands, and when the next is due at the latest. */
export const latest = z.object({
  recipient: z.string(),
  sequence: z.int().min(0),
  manifestKey: z.string(),
  manifestSha256: z.string(),
  asOf: z.iso.datetime(),
  nextDue: z.iso.datetime(),
})
export type Latest = z.infer<typeof latest>

export function latestKey(recipient: string): string {
  return `${recipient}/latest.json`
}

/** The payload, its signature not looked at. */
export function readLatest(bytes: Uint8Array): Latest {
  return latest.parse(latestPayload(bytes))
}

/** The same where only the place in the chain counts, whosever chain it is. */
export function latestSequence(bytes: Uint8Array): number {
  return z.object({ sequence: latest.shape.sequence }).parse(latestPayload(bytes)).sequence
}

export function latestPayload(bytes: Uint8Array): unknown {
  const { payload } = JSON.parse(Buffer.from(bytes).toString()) as FlattenedJws
  return JSON.parse(Buffer.from(payload, 'base64url').toString())
}

/** One cadence after the cut, by Vietnam's calendar; `cadence` is an ISO 8601 duration of whole months, weeks and days, or hours: `P1M`, `P7D`, `PT6H`. */
export function nextDue(asOf: Date, cadence: string): Date {
  const [, months = '0', weeks = '0', days = '0', hours = '0'] =
    /^P(?:([0-9]+)M)?(?:([0-9]+)W)?(?:([0-9]+)D)?(?:T([0-9]+)H)?$/.exec(cadence) ?? []
  const due = new Date(asOf.getTime() + vietnamAhead)
  const dayOfMonth = due.getUTCDate()
  due.setUTCMonth(due.getUTCMonth() + Number(months))
  // A day that the month does not have is its last one
  if (due.getUTCDate() !== dayOfMonth) due.setUTCDate(0)
  due.setUTCDate(due.getUTCDate() + 7 * Number(weeks) + Number(days))
  due.setUTCHours(due.getUTCHours() + Number(hours))
  return new Date(due.getTime() - vietnamAhead)
}
