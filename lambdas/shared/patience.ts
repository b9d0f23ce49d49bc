/** What trying again takes: chance, and time. */
export interface Patience {
  /** From 0 to below 1. */
  readonly random: () => number
  readonly sleep: (milliseconds: number) => Promise<unknown>
}

/** Failures in a row after which nobody waits any longer: with the pauses between them a minute or two. */
export const mostFailures = 10

const firstPause = 250
const longestPause = 30_000

/**
 * Milliseconds to wait after so many failures in a row: anything up to a bound that doubles, so that those who failed together do not
 * come back together.
 */
export function pauseAfter(failures: number, random: () => number): number {
  return Math.floor(random() * Math.min(longestPause, firstPause * 2 ** (failures - 1)))
}

/** Works again and again while it fails in passing. @throws what it threw last, or at once what does not pass. */
export async function patiently<Result>(
  { random, sleep }: Patience,
  work: () => Promise<Result>,
  passes: (error: unknown) => boolean,
): Promise<Result> {
  for (let failures = 1; ; failures++) {
    try {
      return await work()
    } catch (error) {
      if (!passes(error) || failures >= mostFailures) throw error
      await sleep(pauseAfter(failures, random))
    }
  }
}
