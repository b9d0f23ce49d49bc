import type { BenefitLevel } from '../../registry/card-number.ts'
import { addDays, type Day } from '../../registry/day.ts'

/** Days that one pack answers for, the as-of day being the first. */
export const packDays = 8

/** A later last day is told as this one. */
export const farthestLastDay = '2179-06-05' as Day

/** What counts on one day. */
export interface DayCover {
  readonly level: BenefitLevel
  /** Of the card that counts; none while it is open. */
  readonly lastDay?: Day
}

/** Consecutive days of the pack on which the same level and last day hold. */
export interface Span extends DayCover {
  /** The as-of day where cover had begun by then. */
  readonly from: Day
  /** The pack's last day where cover does not end before. */
  readonly to: Day
}

/** One or two spans are what a record has room for. */
export type Cover = readonly [] | readonly [Span] | readonly [Span, Span]

/** The days a pack as of `asOf` answers for. */
export function daysFrom(asOf: Day): readonly Day[] {
  return Array.from({ length: packDays }, (_, days) => addDays(asOf, days))
}

/** The spans of so many days' cover; undefined when there are more than two. */
export function coverOf(days: readonly Day[], covered: readonly (DayCover | undefined)[]): Cover | undefined {
  const spans: Span[] = []
  for (const [index, day] of days.entries()) {
    const cover = covered[index]
    if (!cover) continue
    const last = spans.at(-1)
    if (last && last.to === days[index - 1] && isSame(last, cover)) spans[spans.length - 1] = { ...last, to: day }
    else spans.push({ ...cover, from: day, to: day })
  }
  return spans.length <= 2 ? (spans as readonly Span[] as Cover) : undefined
}

/** The same cover on all of the days. */
export function coverThroughout(days: readonly Day[], cover: DayCover | undefined): Cover {
  return cover ? [{ ...cover, from: days[0] as Day, to: days.at(-1) as Day }] : []
}

export type CoverOnDay =
  | ({ readonly inForce: true } & DayCover)
  /** `begins`: a card counts later in the pack's days. */
  | { readonly inForce: false; readonly begins?: Day }

export function coverOn(cover: Cover, day: Day): CoverOnDay {
  const span = cover.find(({ from, to }) => from <= day && day <= to)
  if (span) {
    const { level, lastDay } = span
    return { inForce: true, level, ...(lastDay && { lastDay }) }
  }
  const next = cover.find(({ from }) => day < from)
  return { inForce: false, ...(next && { begins: next.from }) }
}

function isSame(one: DayCover, other: DayCover): boolean {
  return one.level === other.level && one.lastDay === other.lastDay
}
