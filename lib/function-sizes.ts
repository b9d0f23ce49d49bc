/** What AWS gives a function at most, and what the steps of a handover are given (AWS Lambda Developer Guide, quotas). */
export const longestSeconds = 900
export const largestScratchMb = 10_240
/** With so much memory comes one whole CPU. */
export const wholeCpuMb = 1_769
