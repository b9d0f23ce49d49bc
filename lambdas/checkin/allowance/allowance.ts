import type { FacilityCode } from '../../registry/facility-code.ts'

/** Who asks at a facility: the client or gateway account, and the officer when the dialect names one. */
export interface Asker {
  readonly facility: FacilityCode
  readonly account: string
  /** A keyed hash: nobody's name becomes a key. */
  readonly officerHash?: string
}

/** Checks that are spent together, and how many of them missed: they named nobody, or not rightly. */
export interface Tried {
  readonly checks: number
  readonly misses: number
}

/** The allowance is spent; the facility may ask again after so many seconds. */
export interface TooManyChecks {
  readonly tooManyChecks: true
  readonly retryAfterSeconds: number
}

/** A large hospital's busiest minute is a tenth of it. */
export const checksPerMinute = 600

/** Leased at once at most, so that one write pays for twenty checks where many come to one instance. */
export const checksPerLease = 20

/** An instance leases ahead no more than it has used in this minute: where many serve a facility, little lies idle with each. */
export function nextLease(used: number): number {
  return Math.min(used + 1, checksPerLease)
}

/** For whoever seems to try numbers out: a check every ten seconds, by which nobody comes far. */
export const slowedChecksPerMinute = 6

/** Misses in an hour that may be typing errors, and from how many percent on they are not. */
const missesForgiven = 30
const missPercent = 50

export function isProbing({ checks, misses }: Tried): boolean {
  return misses > missesForgiven && misses * 100 >= checks * missPercent
}

/** For whom misses are counted: the account, and the officer by himself, so that one officer does not slow a hospital. */
export function watchedNames({ facility, account, officerHash }: Asker): readonly string[] {
  return [`${facility}#A#${account}`, ...(officerHash ? [`${facility}#O#${officerHash}`] : [])]
}

/** How many checks each of the watched asks for. */
export function checksByName(askers: readonly Asker[]): ReadonlyMap<string, number> {
  const checks = new Map<string, number>()
  for (const name of askers.flatMap(watchedNames)) checks.set(name, (checks.get(name) ?? 0) + 1)
  return checks
}

/** Until the next minute. */
export function tooMany(now: Date): TooManyChecks {
  return { tooManyChecks: true, retryAfterSeconds: 60 - now.getUTCSeconds() }
}

/** Until nobody is slowed any more, for what no minute of a slowed account has room for. */
export function tooManyThisHour(now: Date): TooManyChecks {
  return { tooManyChecks: true, retryAfterSeconds: 3600 - 60 * now.getUTCMinutes() - now.getUTCSeconds() }
}
