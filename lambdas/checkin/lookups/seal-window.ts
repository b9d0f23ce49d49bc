import { cutAt } from '../../handover/export/cut.ts'
import type { Seal } from './seal.ts'

/** When seals end, and how long they may be. */
export interface SealSchedule {
  /** Every seal ends at a whole multiple of it since 1970. */
  readonly everySeconds: number
  /** What an incremental export covers at most: 24 hours (Amazon DynamoDB Developer Guide, incremental exports). */
  readonly longestSeconds: number
  /** How far behind now a table can be exported; 0 where there is no such lag. */
  readonly lagSeconds: number
}

/**
 * The next stretch of time to seal, and how: it begins where the one before ends, however late it is. None until it is over, and none
 * before the table's recovery begins. A window is a whole number of schedule steps, so with hourly seals none is shorter than the
 * 15 minutes that DynamoDB exports at least.
 */
export function nextWindow(
  sealedTo: string | null,
  now: Date,
  recoverableFrom: Date,
  { everySeconds, longestSeconds, lagSeconds }: SealSchedule,
): Pick<Seal, 'window' | 'mode'> | undefined {
  const step = everySeconds * 1000
  const last = Math.floor(cutAt(now, lagSeconds).getTime() / step) * step
  if (last < recoverableFrom.getTime()) return undefined
  if (sealedTo === null) return { mode: 'full', window: { from: null, to: new Date(last).toISOString() } }
  const from = Date.parse(sealedTo)
  if (last <= from) return undefined
  const lost = from < recoverableFrom.getTime()
  const to = lost ? last : Math.min(last, from + longestSeconds * 1000)
  return { mode: lost ? 'full' : 'incremental', window: { from: sealedTo, to: new Date(to).toISOString() } }
}
