import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Asker,
  checksPerLease,
  checksPerMinute,
  slowedChecksPerMinute,
  type Tried,
} from '../../../lambdas/checkin/allowance/allowance.ts'
import { allowances } from '../../../lambdas/checkin/allowance/allowance-steps.ts'
import type { Counters } from '../../../lambdas/checkin/allowance/counter-store.ts'
import type { FacilityCode } from '../../../lambdas/registry/facility-code.ts'
import { startCounters } from './counters.ts'

const asker: Asker = { facility: '01007' as FacilityCode, account: 'desk' }
const elsewhere: Asker = { facility: '79001' as FacilityCode, account: 'desk' }

describe('the allowance of a facility', () => {
  it('is spent by all instances together, and never more than it', async () => {
    const { instance } = await office()
    const instances = [instance(), instance(), instance()]

    let taken = 0
    for (let check = 0; check < checksPerMinute + 3 * checksPerLease; check++)
      if (!(await take(instances[check % 3], asker, 1))) taken++

    expect(taken).toBe(checksPerMinute)
  })

  it('says when to come again, and comes again with the next minute', async () => {
    const { instance, pass } = await office()
    const only = instance()
    await take(only, asker, checksPerMinute)
    pass(42)

    expect(await take(only, asker, 1)).toEqual({ tooManyChecks: true, retryAfterSeconds: 18 })
    pass(18)
    expect(await take(only, asker, 1)).toBeUndefined()
  })

  it('is its own: another facility still asks', async () => {
    const { instance } = await office()
    const only = instance()
    await take(only, asker, checksPerMinute)

    expect(await take(only, elsewhere, 1)).toBeUndefined()
  })

  it('takes many at once or none', async () => {
    const { instance } = await office()
    const only = instance()
    await take(only, asker, checksPerMinute - 50)

    expect(await take(only, asker, 100)).toMatchObject({ tooManyChecks: true })
    expect(await take(only, asker, 50)).toBeUndefined()
  })

  it('loses nothing to checks that one instance takes at once', async () => {
    const { instance } = await office()
    const [one, other] = [instance(), instance()]

    const answers = await Promise.all(Array.from({ length: 2 * checksPerLease }, () => take(one, asker, 1)))

    expect(answers.filter(answer => answer)).toEqual([])
    const rest = await takeable(other, asker, checksPerMinute)
    expect(2 * checksPerLease + rest + (await takeable(one, asker, checksPerMinute))).toBe(checksPerMinute)
  })

  it('is not used up by those who wait for it while the minute ends', async () => {
    const { instance, pass } = await office()
    const [one, other] = [instance(), instance()]

    const before = Array.from({ length: 16 }, () => take(one, asker, 1))
    pass(60)
    const after = Array.from({ length: 16 }, () => take(one, asker, 1))

    expect((await Promise.all([...before, ...after])).filter(answer => answer)).toEqual([])
    expect(await takeable(other, asker, checksPerMinute)).toBeGreaterThan(checksPerMinute - 32 - checksPerLease)
  })

  it('is not refused to the new minute because the last one is spent', async () => {
    const { instance, pass } = await office()
    const [one, other] = [instance(), instance()]
    await take(other, asker, checksPerMinute)

    const before = take(one, asker, 1)
    pass(60)
    const after = take(one, asker, 1)

    expect([await before, await after].at(-1)).toBeUndefined()
  })

  it('loses nothing that is left of a lease when more than that is asked', async () => {
    const { instance } = await office()
    const only = instance()
    const batch = 11

    let taken = 0
    while (!(await take(only, asker, batch))) taken += batch

    expect(taken).toBeGreaterThan(checksPerMinute - batch)
  })

  it('is not used up by instances that serve it seldom', async () => {
    const { instance } = await office()

    for (const rare of Array.from({ length: 60 }, instance)) expect(await takeable(rare, asker, 5)).toBe(5)
  })

  it('is never passed, whoever takes how many in whatever order', async () => {
    const { instance, pass } = await office()
    const takes = fc.array(fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 150 })), { maxLength: 25 })
    await fc.assert(
      fc.asyncProperty(takes, async asked => {
        pass(60)
        const instances = [instance(), instance(), instance()]
        const answers = await Promise.all(asked.map(([which, checks]) => take(instances[which], asker, checks)))
        const taken = asked.reduce((sum, [, checks], index) => sum + (answers[index] ? 0 : checks), 0)
        expect(taken).toBeLessThanOrEqual(checksPerMinute)
      }),
      { numRuns: 20 },
    )
  })

  it('can nearly all be used when sixty instances serve the facility, and is not passed', async () => {
    const order = fc.array(fc.nat(59), { minLength: 2 * checksPerMinute, maxLength: 2 * checksPerMinute, size: 'max' })
    await fc.assert(
      fc.asyncProperty(fc.noBias(order), async asked => {
        const counters = spentAlone()
        const instances = Array.from({ length: 60 }, () => allowances({ counters, clock: () => noon }))
        let taken = 0
        for (const which of asked) if (!(await take(instances[which], asker, 1))) taken++
        expect(taken).toBeGreaterThan(0.98 * checksPerMinute)
        expect(taken).toBeLessThanOrEqual(checksPerMinute)
      }),
      { numRuns: 20 },
    )
  })
})

describe('who misses again and again', () => {
  it('is slowed everywhere, from the next lease on', async () => {
    const { instance, pass } = await office()
    const [here, there] = [instance(), instance()]
    await miss(here, asker, 60)
    pass(60)

    const taken = await takeable(there, asker, 60)

    expect(taken).toBe(slowedChecksPerMinute)
  })

  it('is the officer, and his colleagues are not slowed', async () => {
    const { instance } = await office()
    const only = instance()
    const officer = { ...asker, officerHash: 'one' }
    await match(only, { ...asker, officerHash: 'other' }, 200)
    await miss(only, officer, 60)

    expect(await takeable(only, officer, 60)).toBeLessThanOrEqual(slowedChecksPerMinute)
    expect(await takeable(only, { ...asker, officerHash: 'other' }, 60)).toBe(60)
  })

  it('is told by what was tried, and never by a write of nothing', async () => {
    const counters = await startCounters()
    const written: Tried[] = []
    const note: Counters['note'] = (name, tried, now) => {
      written.push(tried)
      return counters.note(name, tried, now)
    }
    const only = allowances({ counters: { ...counters, note }, clock: () => new Date('2026-11-22T03:00:00Z') })

    await match(only, { ...asker, officerHash: 'one' }, checksPerLease)
    await match(only, elsewhere, 1)

    expect(written.filter(({ checks }) => checks === 0)).toEqual([])
    expect(written.reduce((sum, { checks }) => sum + checks, 0)).toBe(2 * checksPerLease)
  })

  it('is slowed among others’ checks, too, and those who ask alone are not', async () => {
    const { instance, pass } = await office()
    const only = instance()
    const [slowed, other] = [
      { ...asker, officerHash: 'one' },
      { ...asker, officerHash: 'other' },
    ]
    await match(only, other, 200)
    await miss(only, slowed, 60)
    pass(60)

    expect(await only.take(asker.facility, [other, ...times(slowed, slowedChecksPerMinute)])).toBeUndefined()
    expect(await only.take(asker.facility, [other, slowed])).toEqual({ tooManyChecks: true, retryAfterSeconds: 60 })
    expect(await only.take(asker.facility, [other])).toBeUndefined()
  })

  it('is told to come again in the next hour with more checks at once than a minute of the slowed has', async () => {
    const { instance, pass } = await office()
    const only = instance()
    await miss(only, asker, 60)
    pass(90)

    const hour = { tooManyChecks: true, retryAfterSeconds: 3600 - 90 }
    expect(await take(only, asker, slowedChecksPerMinute + 1)).toEqual(hour)
    expect(await take(only, asker, slowedChecksPerMinute)).toBeUndefined()
    pass(hour.retryAfterSeconds)
    expect(await take(only, asker, slowedChecksPerMinute + 1)).toBeUndefined()
  })

  it('is no longer slowed in the next hour', async () => {
    const { instance, pass } = await office()
    const only = instance()
    await miss(only, asker, 60)
    pass(3600)

    expect(await takeable(only, asker, 60)).toBe(60)
  })

  it('is not who mostly matches', async () => {
    const { instance } = await office()
    const only = instance()
    for (let round = 0; round < 40; round++) {
      await match(only, asker, 2)
      await miss(only, asker, 1)
    }

    expect(await takeable(only, asker, 60)).toBe(60)
  })
})

type Instance = ReturnType<typeof allowances>

const noon = new Date('2026-11-22T05:00:00Z')

/** Counters of one minute, in which nobody misses. */
function spentAlone(): Counters {
  let spent = 0
  return {
    async spend(_, checks, most) {
      if (spent + checks > most) return false
      spent += checks
      return true
    },
    note: async () => ({ checks: 0, misses: 0 }),
    tried: async () => ({ checks: 0, misses: 0 }),
  }
}

const times = (by: Asker, checks: number) => Array.from({ length: checks }, () => by)

async function take(instance: Instance | undefined, by: Asker, checks: number) {
  if (!instance) throw new Error('no such instance')
  return instance.take(by.facility, times(by, checks))
}

/** Counters that instances share, and a clock of their own. */
async function office() {
  const counters = await startCounters()
  let now = Date.parse('2026-11-22T03:00:00Z')
  return {
    instance: () => allowances({ counters, clock: () => new Date(now) }),
    pass: (seconds: number) => {
      now += seconds * 1000
    },
  }
}

const miss = (instance: Instance, by: Asker, times: number) => ask(instance, by, times, true)
const match = (instance: Instance, by: Asker, times: number) => ask(instance, by, times, false)

async function ask(instance: Instance, by: Asker, times: number, missed: boolean) {
  for (let check = 0; check < times; check++) if (!(await take(instance, by, 1))) instance.note(by, missed)
}

async function takeable(instance: Instance, by: Asker, times: number) {
  let taken = 0
  for (let check = 0; check < times; check++) {
    if (await take(instance, by, 1)) continue
    instance.note(by, false)
    taken++
  }
  return taken
}
