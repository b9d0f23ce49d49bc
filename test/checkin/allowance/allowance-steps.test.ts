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
      if (!(await instances[check % 3]?.take(asker, 1))) taken++

    expect(taken).toBe(checksPerMinute)
  })

  it('says when to come again, and comes again with the next minute', async () => {
    const { instance, pass } = await office()
    const only = instance()
    await only.take(asker, checksPerMinute)
    pass(42)

    expect(await only.take(asker, 1)).toEqual({ tooManyChecks: true, retryAfterSeconds: 18 })
    pass(18)
    expect(await only.take(asker, 1)).toBeUndefined()
  })

  it('is its own: another facility still asks', async () => {
    const { instance } = await office()
    const only = instance()
    await only.take(asker, checksPerMinute)

    expect(await only.take(elsewhere, 1)).toBeUndefined()
  })

  it('takes many at once or none', async () => {
    const { instance } = await office()
    const only = instance()
    await only.take(asker, checksPerMinute - 50)

    expect(await only.take(asker, 100)).toMatchObject({ tooManyChecks: true })
    expect(await only.take(asker, 50)).toBeUndefined()
  })

  it('loses nothing to checks that one instance takes at once', async () => {
    const { instance } = await office()
    const [one, other] = [instance(), instance()]

    const answers = await Promise.all(Array.from({ length: 2 * checksPerLease }, () => one.take(asker, 1)))

    expect(answers.filter(answer => answer)).toEqual([])
    expect(await other.take(asker, checksPerMinute - 2 * checksPerLease)).toBeUndefined()
  })

  it('is never passed, whoever takes how many in whatever order', async () => {
    const { instance, pass } = await office()
    const takes = fc.array(fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 150 })), { maxLength: 25 })
    await fc.assert(
      fc.asyncProperty(takes, async asked => {
        pass(60)
        const instances = [instance(), instance(), instance()]
        const answers = await Promise.all(asked.map(([which, checks]) => instances[which]?.take(asker, checks)))
        const taken = asked.reduce((sum, [, checks], index) => sum + (answers[index] ? 0 : checks), 0)
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
    expect(written).toEqual([])
    await match(only, elsewhere, 1)

    const tried = { checks: checksPerLease, misses: 0 }
    expect(written).toEqual([tried, tried])
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
  for (let check = 0; check < times; check++) if (!(await instance.take(by, 1))) instance.note(by, missed)
}

async function takeable(instance: Instance, by: Asker, times: number) {
  let taken = 0
  for (let check = 0; check < times; check++) {
    if (await instance.take(by, 1)) continue
    instance.note(by, false)
    taken++
  }
  return taken
}
