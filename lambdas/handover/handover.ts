import { z } from 'zod'
import { agreement } from './agreement.ts'
import { aggregates } from './convert/parts.ts'

/** One link of a recipient's chain: a published handover and the SHA-256 of its manifest. */
export const link = z.strictObject({ sequence: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) })
export type Link = z.infer<typeof link>

/** A stretch of time that an incremental export covers: from its first instant to the first one after it. */
export const exportWindow = z.strictObject({ from: z.iso.datetime(), to: z.iso.datetime() })
export type ExportWindow = z.infer<typeof exportWindow>

/** Why a full handover was taken although a delta was asked for. */
export const deltaObstacles = [
  'no-base',
  'base-too-old',
  'base-lacks-items',
  'base-of-other-columns',
  'recovery-gap',
] as const
export type DeltaObstacle = (typeof deltaObstacles)[number]

/** What a handover is from its start: which cut it holds, and for whom by which agreements. Frozen, so that a resumed run makes the same. */
export const handover = z.strictObject({
  sequence: z.int().min(0),
  /** The instant of the cut. */
  asOf: z.iso.datetime(),
  /** Its day in Vietnam, as of which eligibility holds. */
  asOfDay: z.iso.date(),
  /** What it is made from: an export of the whole table, or an earlier handover's parts and all that changed since. */
  cut: z.discriminatedUnion('mode', [
    z.strictObject({ mode: z.literal('full'), insteadOfDelta: z.enum(deltaObstacles).optional() }),
    z.strictObject({
      mode: z.literal('delta'),
      /** Sequence of the earlier handover. */
      base: z.int().min(0),
      windows: z.array(exportWindow).min(1).readonly(),
    }),
  ]),
  /** Whom it serves: all whose agreements are in force, or those of them whose turn it is. */
  agreements: z.array(agreement).min(1).readonly(),
  /** What its parts hold, for whomever a later delta serves. */
  aggregates: z.array(z.enum(aggregates)).min(1).readonly(),
  /** By recipient: the head of its chain when the handover began; none before its first. */
  previous: z.record(z.string(), link),
})

export type Handover = z.infer<typeof handover>

/** The input of every step: all else stands in the work bucket under keys that the sequence fixes. */
export const stepInput = z.object({ sequence: z.int().min(0) })
