import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry'

/**
 * A service, or the way to it, fails now and may not a moment later. By this name the state machine takes a step again
 * (lib/handover-machine.ts): services have a dozen of their own, and none where their answer has no body.
 */
export class PassingFailure extends Error {
  override readonly name = 'PassingFailure'
}

/** By the SDK’s own measure: throttled, a 5xx, or a line that broke off or said nothing. */
export function isPassing(error: Error): boolean {
  const failure = error as Parameters<typeof isTransientError>[0]
  return isThrottlingError(failure) || isTransientError(failure) || isServerError(failure)
}
