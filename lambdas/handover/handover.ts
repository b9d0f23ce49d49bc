import { z } from 'zod'
import { agreement } from './agreement.ts'

/** One link of a recipient's chain: a published handover and the SHA-256 of its manifest. */
export const link = z.strictObject({ sequence: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) })
export type Link = z.infer<typeof link>

/** What a handover is from its start: which cut it holds, and for whom by which agreements. Frozen, so that a resumed run makes the same. */
export const handover = z.strictObject({
  sequence: z.int().min(0),
  /** The instant of the cut. */
  asOf: z.iso.datetime(),
  /** Its day in Vietnam, as of which eligibility holds. */
  asOfDay: z.iso.date(),
  agreements: z.array(agreement).min(1).readonly(),
  /** By recipient: the head of its chain when the handover began; none before its first. */
  previous: z.record(z.string(), link),
})

export type Handover = z.infer<typeof handover>

/** The input of every step: all else stands in the work bucket under keys that the sequence fixes. */
export const stepInput = z.object({ sequence: z.int().min(0) })
