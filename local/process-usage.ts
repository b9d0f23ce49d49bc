/** What this process has used, all of its threads counted; `started` as `performance.now()` gave it. */
export function usageSince(started: number) {
  const usage = process.resourceUsage()
  return {
    seconds: (performance.now() - started) / 1000,
    cpuSeconds: (usage.userCPUTime + usage.systemCPUTime) / 1e6,
    peakRssBytes: usage.maxRSS * 1024,
  }
}
