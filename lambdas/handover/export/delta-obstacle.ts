import { isDeepStrictEqual } from 'node:util'
import { partColumns } from '../convert/part-columns.ts'
import type { Aggregate } from '../convert/parts.ts'
import type { DeltaObstacle, Handover } from '../handover.ts'

export interface DeltaFacts {
  /** The handover from whose parts the delta would go on. */
  readonly base: (Pick<Handover, 'asOf' | 'aggregates'> & { readonly partColumns: unknown }) | undefined
  /** What the delta is to hold. */
  readonly aggregates: readonly Aggregate[]
  /** The cut that is to be taken. */
  readonly asOf: Date
  /** The first instant that point-in-time recovery still knows. */
  readonly recoverableFrom: Date
}

/** Days for which the parts of a handover are kept; the bucket's own rule lets them go a day later. */
export const baseDays = 7

/** Why a delta cannot be taken; undefined when it can. */
export function deltaObstacle({ base, aggregates, asOf, recoverableFrom }: DeltaFacts): DeltaObstacle | undefined {
  if (!base) return 'no-base'
  const since = new Date(base.asOf)
  if (asOf.getTime() - since.getTime() > baseDays * 86_400_000) return 'base-too-old'
  if (aggregates.some(aggregate => !base.aggregates.includes(aggregate))) return 'base-lacks-items'
  if (!isDeepStrictEqual(base.partColumns, partColumns())) return 'base-of-other-columns'
  return recoverableFrom > since ? 'recovery-gap' : undefined
}
