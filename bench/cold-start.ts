/** Loads one bundle as Lambda does, and says how long it took. */
const [bundle = ''] = process.argv.slice(2)
const started = performance.now()
const before = process.cpuUsage()
await import(bundle)
const milliseconds = performance.now() - started
const { user, system } = process.cpuUsage(before)
process.send?.({ milliseconds, cpuMilliseconds: (user + system) / 1000 }, () => process.exit())
