import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { type FirstLoad, holdMilliseconds, onClaim, onRenewal, onReturn } from '../../lambdas/registry/first-load.ts'
import { firstLoadKey, firstLoadStore } from '../../lambdas/registry/first-load-store.ts'
import type { ObjectStore } from '../../lambdas/shared/object-store.ts'
import { startedLanding } from './registry-service.ts'

const noon = Date.UTC(2026, 0, 20, 5)
const claimant = { kind: 'persons', file: 'a', holder: 'me' } as const
const free: FirstLoad = { state: 'free', files: { households: 'h', persons: 'a' } }
const held: FirstLoad = { ...free, state: 'held', holder: 'me', until: noon + holdMilliseconds, awaited: false }
const over: FirstLoad = { state: 'over' }

describe('the first load', () => {
  it('is held by a piece of the first file of its kind', () => {
    expect(onClaim(free, claimant, noon)).toEqual(held)
    expect(onClaim({ state: 'free', files: { households: 'h' } }, claimant, noon)).toEqual(held)
  })

  it('is over once a piece of another file comes', () => {
    expect(onClaim(free, { ...claimant, file: 'b' }, noon)).toEqual(over)
    expect(onClaim(over, claimant, noon)).toEqual(over)
  })

  it('stays with its holder while others come, and is over when the holder is done', () => {
    const awaited = { ...held, awaited: true }
    expect(onClaim(held, { ...claimant, holder: 'other' }, noon)).toEqual(awaited)
    expect(onReturn(awaited, 'me')).toEqual(over)
  })

  it('stays with a holder who did not hear that it has it and asks again', () => {
    expect(onClaim(held, claimant, noon)).toEqual(held)
  })

  it('goes on after a holder for whom nobody waited', () => {
    expect(onReturn(held, 'me')).toEqual(free)
  })

  it('is over when its holder’s time is up', () => {
    expect(onClaim(held, { ...claimant, holder: 'other' }, noon + holdMilliseconds - 1)).toMatchObject({
      state: 'held',
    })
    expect(onClaim(held, { ...claimant, holder: 'other' }, noon + holdMilliseconds)).toEqual(over)
  })

  it('is renewed and returned by its holder alone', () => {
    expect(onRenewal(held, 'me', noon + 5)).toEqual({ ...held, until: noon + 5 + holdMilliseconds })
    for (const load of [held, free, over]) {
      expect(onRenewal(load, 'other', noon + 5)).toEqual(load)
      expect(onReturn(load, 'other')).toEqual(load)
    }
  })
})

describe('a claim of the first load', () => {
  it('is alone in an empty registry, and beside others in any other', async () => {
    expect((await (await startedLoad()).claim('me')).alone).toBe(true)
    expect((await (await startedLoad({ isEmpty: false })).claim('me')).alone).toBe(false)
  })

  it('is alone again once the one before was given back', async () => {
    const { claim, look } = await startedLoad()
    await (await claim('me')).giveBack()
    expect((await claim('other')).alone).toBe(true)
    expect(await look()).toMatchObject({ state: 'held', holder: 'other' })
  })

  it('waits for the one before, and is then beside others', async () => {
    const { claim, look } = await startedLoad()
    const first = await claim('me')
    let waited = true
    const second = claim('other').then(claimed => {
      waited = false
      return claimed
    })
    await expect.poll(look).toMatchObject({ awaited: true })
    expect(waited).toBe(true)
    await first.giveBack()
    expect((await second).alone).toBe(false)
    expect((await claim('third')).alone).toBe(false)
  })

  it('is alone for one at a time of several that come at once, and beside nobody', async () => {
    const { claim } = await startedLoad()
    const working = { alone: 0, beside: 0 }
    const together: (typeof working)[] = []
    await Promise.all(
      ['a', 'b', 'c', 'd', 'e'].map(async holder => {
        const claimed = await claim(holder)
        const how = claimed.alone ? 'alone' : 'beside'
        working[how]++
        together.push({ ...working })
        await sleep(5)
        working[how]--
        await claimed.giveBack()
      }),
    )
    expect(together).toHaveLength(5)
    expect(together.filter(({ alone, beside }) => alone > 1 || (alone === 1 && beside > 0))).toEqual([])
  })

  it('is alone for one of two that both read before either wrote', async () => {
    const { landing, claimOn, look } = await startedLoad()
    const bothRead = Promise.withResolvers<void>()
    let reads = 0
    const slow: ObjectStore = {
      ...landing,
      async get(key) {
        const found = await landing.get(key)
        if (++reads === 2) bothRead.resolve()
        await bothRead.promise
        return found
      },
    }
    const claims = ['a', 'b'].map(holder => claimOn(slow, holder))
    const first = await Promise.race(claims)
    await expect.poll(look).toMatchObject({ awaited: true })
    await first.giveBack()
    expect((await Promise.all(claims)).filter(({ alone }) => alone)).toEqual([first])
  })

  it('does not wait for one that died for longer than its time', async () => {
    const { claim, clock } = await startedLoad()
    const first = await claim('me')
    clock.at = noon + holdMilliseconds
    expect((await claim('other')).alone).toBe(false)
    await expect(first.renew()).rejects.toThrow('ended')
  })

  it('is renewed as soon as a batch could outlast it, not before', async () => {
    const { claim, clock, look } = await startedLoad()
    const claimed = await claim('me')
    clock.at = noon + 19_999
    await claimed.renew()
    expect(await look()).toMatchObject({ until: noon + 60_000 })
    clock.at = noon + 20_000
    await claimed.renew()
    expect(await look()).toMatchObject({ until: noon + 80_000 })
  })
})

async function startedLoad({ isEmpty = true } = {}) {
  const landing = await startedLanding()
  const clock = { at: noon }
  const claimOn = (store: ObjectStore, holder: string) => {
    const registry = { isEmpty: async () => isEmpty }
    const loads = firstLoadStore({ landing: store, registry, clock: () => new Date(clock.at) })
    return loads.claim({ ...claimant, holder })
  }
  return {
    landing,
    clock,
    claimOn,
    claim: (holder: string) => claimOn(landing, holder),
    async look() {
      const found = await landing.get(firstLoadKey)
      return found && (JSON.parse(Buffer.from(found.bytes).toString()) as FirstLoad)
    },
  }
}
