import { Duration } from 'aws-cdk-lib'

/** What a desk may rely on, in any quarter of an hour; past it the operators are told. */
export const deskServiceLevel = {
  mean: Duration.millis(300),
  p99: Duration.seconds(1),
  /** Of all checks, answered with a fault of ours. */
  errorPercent: 0.1,
  /** Of all checks, naming nobody or not rightly: software at fault, or somebody who tries numbers out. */
  missPercent: 40,
} as const

/** Fewer checks than that in a quarter of an hour make no ratio. */
export const checksForRatio = 100
