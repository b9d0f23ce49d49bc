/** One way in which something breaks, and what must hold afterwards. */
export interface InjectedFault {
  readonly name: string
  /** How a test brings it about. */
  readonly injected: string
  /** What must hold afterwards. */
  readonly holds: string
  /** How often it is brought about with every test run, and in the long one. */
  readonly runs: readonly [few: number, many: number]
  /** Gives what brings it about so many times, for the nth time in its nth way, and fails when something does not hold. */
  begin(runs: number): Promise<(n: number) => Promise<void>>
}
