import { describe, expect, it } from 'vitest'
import { lookupStore } from '../../../lambdas/checkin/lookups/lookup-store.ts'
import type { FacilityCode } from '../../../lambdas/registry/facility-code.ts'
import { now, startDesk } from '../desk.ts'

const lookup = {
  id: '0123456789abcdef',
  numberHash: 'hash',
  instant: now,
  facility: '01007' as FacilityCode,
  purpose: 'reception',
} as const

describe('a lookup', () => {
  it('is never written over', async () => {
    const { db, lookups } = await startDesk()
    const store = lookupStore(db, 'lookups')
    await store.add(lookup)
    const kept = await lookups()

    await expect(store.add({ ...lookup, numberHash: 'another' })).rejects.toThrow('conditional')

    expect(await lookups()).toEqual(kept)
  })

  it('stands under the month in Vietnam', async () => {
    const { db, lookups } = await startDesk()

    await lookupStore(db, 'lookups').add({ ...lookup, instant: new Date('2026-11-30T17:00:00Z') })

    expect(await lookups()).toMatchObject([{ PK: { S: expect.stringMatching(/^AUD#01007#202612#/) } }])
  })

  it('shares its facility’s month with others on ten shards', async () => {
    const { db, lookups } = await startDesk()
    const store = lookupStore(db, 'lookups')
    const ids = Array.from({ length: 100 }, (_, at) => `${at.toString(16).padStart(8, '0')}00000000`)

    for (const id of ids) await store.add({ ...lookup, id })

    const shards = Map.groupBy(await lookups(), ({ PK }) => PK?.S)
    expect([...shards.keys()].toSorted()).toEqual(Array.from({ length: 10 }, (_, shard) => `AUD#01007#202611#${shard}`))
    expect([...shards.values()].map(items => items.length)).toEqual(Array(10).fill(10))
  })
})
