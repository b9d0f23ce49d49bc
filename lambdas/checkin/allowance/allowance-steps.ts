import {
  type Asker,
  checksPerLease,
  checksPerMinute,
  isProbing,
  slowedChecksPerMinute,
  type TooManyChecks,
  type Tried,
  tooMany,
  watchedNames,
} from './allowance.ts'
import type { Counters } from './counter-store.ts'

/** How many checks a facility may make in a minute, held across all instances of the functions. */
export interface Allowances {
  /** Takes so many checks from the asker's allowance, or says when to come again; then none is taken. */
  take(asker: Asker, checks: number): Promise<TooManyChecks | undefined>
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
}

/** The shared counters are asked once a lease: every twenty checks, and once in a minute in which there are any. */
export function allowances({ counters, clock }: Needs): Allowances {
  const leases = new Map<string, Lease>()
  const leasing = new Map<string, Promise<boolean>>()
  const unsent = new Map<string, Tried>()
  const probing = new Set<string>()

  /** Tells the others what was tried here, and learns whether the asker is to be slowed. */
  const share = async (asker: Asker, now: Date) => {
    const names = new Set([...unsent.keys(), ...watchedNames(asker)])
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

  const lease = async (facility: string, checks: number, now: Date): Promise<boolean> => {
    const minute = minuteOf(now)
    for (const wanted of new Set([Math.max(checks, checksPerLease), checks]))
      if (await counters.spend(facility, wanted, checksPerMinute, now)) {
        for (const [name, held] of leases) if (held.minute !== minute) leases.delete(name)
        leases.set(facility, { minute, left: wanted })
        return true
      }
    return false
  }

  /** Checks that are taken at once here wait for one lease together. */
  const leaseOnce = (facility: string, checks: number, now: Date): Promise<boolean> => {
    const name = `${facility} ${checks}`
    const begun = leasing.get(name) ?? lease(facility, checks, now).finally(() => leasing.delete(name))
    leasing.set(name, begun)
    return begun
  }

  const heldFor = (facility: string, checks: number, now: Date): Lease | undefined => {
    const held = leases.get(facility)
    return held?.minute === minuteOf(now) && held.left >= checks ? held : undefined
  }

  return {
    async take(asker, checks) {
      const now = clock()
      let held = heldFor(asker.facility, checks, now)
      while (!held) {
        const [leased] = await Promise.all([leaseOnce(asker.facility, checks, now), share(asker, now)])
        if (!leased) return tooMany(now)
        held = heldFor(asker.facility, checks, now)
      }
      held.left -= checks
      for (const name of watchedNames(asker).filter(name => probing.has(name)))
        if (!(await counters.spend(name, checks, slowedChecksPerMinute, now))) {
          held.left += checks
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
