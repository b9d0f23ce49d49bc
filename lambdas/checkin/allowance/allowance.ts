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

/** The facility has spent its allowance; it may ask again after so many seconds. */
export interface TooManyChecks {
  readonly tooManyChecks: true
  readonly retryAfterSeconds: number
}

/** A large hospital's busiest minute is a tenth of it. */
export const checksPerMinute = 600

/** Leased at once, so that one write pays for twenty checks; an instance that ends wastes at most these. */
export const checksPerLease = 20

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

export function tooMany(now: Date): TooManyChecks {
  return { tooManyChecks: true, retryAfterSeconds: 60 - now.getUTCSeconds() }
}
