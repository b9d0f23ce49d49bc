/** Of one access token in five minutes: a large hospital stays far below, and who tries numbers does not come far. */
export const requestsPerToken = 3000

/** Of one address in five minutes: software in a cloud asks for thousands of facilities from the same one. */
export const requestsPerAddress = 300_000

/** Of all together: a national morning; the account's own limit on bursts is no higher (Amazon API Gateway, quotas). */
export const requestsPerSecond = 5000

/** What a client that went beyond the first two is told to wait. */
export const secondsToWait = 60
