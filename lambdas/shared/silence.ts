/**
 * Milliseconds after which a service that says nothing is given up, as a `TimeoutError`, which is tried again: an SDK of its own waits
 * 5 to 15 minutes, for S3 as long as the function has. A reader that is busy with what it has read lets the line rest too, for some
 * seconds.
 */
export const silence = { connectionTimeout: 5_000, socketTimeout: 60_000 } as const
