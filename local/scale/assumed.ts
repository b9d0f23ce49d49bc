/*
 * What AWS does not say or nobody has measured yet, and a plan must take for something. Each is on the careful side, is told with the
 * plan, and gives way to a figure from a real account.
 */

/** Bytes of items, as stored, in a data file of an export: AWS does not document it. A partition may hold 10 GB. */
export const dataFileBytes = 512 * 1024 * 1024

/** A Lambda's CPU at 1,769 MB beside a core of the machine that was measured. */
export const lambdaCpu = 0.5

/** Bytes that a Lambda moves to or from S3 in a second. */
export const transferBytesPerSecond = 60_000_000

/** Seconds from a request to S3 to its answer, its bytes apart. */
export const requestSeconds = 0.03

/** Requests to S3 under way at once in one Lambda: the sockets of the SDK's client. */
export const requestsAtOnce = 16

/** Of the items, what share changes in a day. */
export const dailyChangeShare = 0.005

/** Card checks in a month for each member of a household. */
export const checksPerPerson = 0.38

/**
 * Writes of the allowance for each check: a minute's lease, and what two names tried; and the units of reading what two others did, half
 * a unit each. So many when facilities are seldom served by one instance; the checks of a lease, twenty at most, share them otherwise.
 */
export const allowanceWrites = 3
export const allowanceReadUnits = 1

/** Bytes of sorting that spill to the disk, for each byte of parts that is sorted. */
export const spillShare = 1

/** Functions of one account and Region that run at once, unless AWS raises it. */
export const accountConcurrency = 1_000

/** Bytes of JSON that a Lambda reads and adds up in a second. */
export const jsonBytesPerSecond = 40_000_000

/** Seconds that a small step takes beside its reading: a cold start, and a few calls. */
export const smallStepSeconds = 5

/** Minutes that DynamoDB takes to export a nation, and what changed in it; it promises no time. */
export const exportMinutes = { full: 60, delta: 10 } as const
