export type Day = string & { readonly __brand: 'Day' }

/** No date of the registry is earlier. */
export const earliestDay = '1850-01-01'
const day = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/

/** A civil date that exists, `yyyy-mm-dd`, from 1850 to 9999. */
export function isDay(value: unknown): value is Day {
  return typeof value === 'string' && day.test(value) && value >= earliestDay && exists(value)
}

/** Milliseconds that Vietnam's clocks are ahead of UTC, all year. */
export const vietnamAhead = 7 * 3_600_000

/** The date in Vietnam at an instant. */
export function dayInVietnam(instant: Date): Day {
  return new Date(instant.getTime() + vietnamAhead).toISOString().slice(0, 10) as Day
}

export function addDays(from: Day, days: number): Day {
  return new Date(Date.parse(from) + days * 86_400_000).toISOString().slice(0, 10) as Day
}

function exists(text: string): boolean {
  const instant = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(text)
}
