import type { FacilityCode } from '../../registry/facility-code.ts'
import {
  type Asker,
  checksByName,
  checksPerMinute,
  isProbing,
  nextLease,
  slowedChecksPerMinute,
  type TooManyChecks,
  type Tried,
  tooMany,
  tooManyThisHour,
  watchedNames,
} from './allowance.ts'
import type { Counters } from './counter-store.ts'

/** How many checks a facility may make in a minute, held across all instances of the functions. */
export interface Allowances {
  /** Takes a check of the facility's allowance for each of those who ask, or says when to come again; then none is taken. */
  take(facility: FacilityCode, askers: readonly Asker[]): Promise<TooManyChecks | undefined>
  /** What became of one check that was taken. */
  note(asker: Asker, missed: boolean): void
}

interface Needs {
  readonly counters: Counters
  readonly clock: () => Date
}

interface Lease {
  readonly minute: number
  left: number
  /** Taken here in this minute. */
  used: number
}

/** The shared counters are asked once a lease: after one check of a minute, two, four, and in the end after every twenty. */
export function allowances({ counters, clock }: Needs): Allowances {
  const leases = new Map<string, Lease>()
  const leasing = new Map<string, Promise<boolean>>()
  const unsent = new Map<string, Tried>()
  const probing = new Set<string>()

  /** Tells the others what was tried here, and learns who of those who ask is to be slowed. */
  const share = async (asking: Iterable<string>, now: Date) => {
    const names = new Set([...unsent.keys(), ...asking])
    const tried = [...names].map(name => [name, unsent.get(name)] as const)
    unsent.clear()
    await Promise.all(
      tried.map(async ([name, here]) => {
        // What nobody tried here is read: a fifth of what a write costs
        if (isProbing(await (here ? counters.note(name, here, now) : counters.tried(name, now)))) probing.add(name)
        else probing.delete(name)
      }),
    )
  }

  const leaseOf = (facility: string, now: Date): Lease => {
    const minute = minuteOf(now)
    const held = leases.get(facility)
    if (held?.minute === minute) return held
    for (const [name, { minute: past }] of leases) if (past !== minute) leases.delete(name)
    const begun = { minute, left: 0, used: 0 }
    leases.set(facility, begun)
    return begun
  }

  const extend = async (facility: string, checks: number, now: Date): Promise<boolean> => {
    const held = leaseOf(facility, now)
    const missing = checks - held.left
    for (const more of new Set([Math.max(missing, nextLease(held.used)), missing]))
      if (await counters.spend(facility, more, checksPerMinute, now)) {
        held.left += more
        return true
      }
    return false
  }

  /** Checks that are taken at once here wait for one lease of their minute together. */
  const extendOnce = (facility: string, checks: number, now: Date): Promise<boolean> => {
    const name = `${facility} ${checks} ${minuteOf(now)}`
    const begun = leasing.get(name) ?? extend(facility, checks, now).finally(() => leasing.delete(name))
    leasing.set(name, begun)
    return begun
  }

  return {
    async take(facility, askers) {
      const checks = askers.length
      const asked = checksByName(askers)
      let now = clock()
      let held = leaseOf(facility, now)
      while (held.left < checks) {
        const [extended] = await Promise.all([extendOnce(facility, checks, now), share(asked.keys(), now)])
        if (!extended) return tooMany(now)
        // A minute that ended meanwhile is over for all who wait
        now = clock()
        held = leaseOf(facility, now)
      }
      const slowed = [...asked].filter(([name]) => probing.has(name))
      if (slowed.some(([, many]) => many > slowedChecksPerMinute)) return tooManyThisHour(now)
      held.left -= checks
      held.used += checks
      for (const [name, many] of slowed)
        if (!(await counters.spend(name, many, slowedChecksPerMinute, now))) {
          held.left += checks
          held.used -= checks
          return tooMany(now)
        }
      return undefined
    },
    note(asker, missed) {
      for (const name of watchedNames(asker)) {
        const { checks, misses } = unsent.get(name) ?? { checks: 0, misses: 0 }
        unsent.set(name, { checks: checks + 1, misses: misses + (missed ? 1 : 0) })
      }
    },
  }
}

function minuteOf(instant: Date): number {
  return Math.floor(instant.getTime() / 60_000)
}
