import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parsedAggregates } from '../../../lambdas/handover/agreement.ts'
import { agreements, agreementWith } from '../../../lambdas/handover/agreements.ts'
import { changeColumn } from '../../../lambdas/handover/compact/change-types.ts'
import type { Unit } from '../../../lambdas/handover/compact/plan.ts'
import type { DatasetName } from '../../../lambdas/handover/datasets.ts'
import type { Day } from '../../../lambdas/registry/day.ts'
import type { PersonId } from '../../../lambdas/registry/person-id.ts'
import { folder } from '../../local/service.ts'
import { type Row, readBack } from '../parquet-rows.ts'
import { expectDeltasToHold } from './delta-property.ts'
import { type Population, receivedRows, withheldValues } from './expected-rows.ts'
import { aHandoverChain, began, type Form, type HandedOver, packageOf, rowsIn } from './handover-chain.ts'
import { type Happening, lived, villagers } from './life.ts'

const village = villagers(30)
const day = 86_400_000
const later = new Date(began.getTime() + 3_600_000)

describe('a base and its deltas', () => {
  it('make the next full snapshot, row for row, for every agreement', { timeout: 120_000 }, () => expectDeltasToHold(6))
})

describe('a delta', () => {
  it('compacts what those whom it serves have asked for, and nothing else', async () => {
    const dir = await folder()
    const chain = aHandoverChain(dir)
    const both = [agreementWith('moh'), agreementWith('labour')]
    await chain.full({ population: village, at: began }, both)

    await chain.delta([{ population: village, at: later }], [agreementWith('moh')], parsedAggregates(both))

    const units = JSON.parse(await readFile(join(dir, 'work', '000000000002', 'units.json'), 'utf8')) as readonly Unit[]
    expect(new Set(units.map(({ aggregate }) => aggregate))).toEqual(new Set(['households', 'persons']))
  })
})

describe('a change set', () => {
  it('is empty where nothing happened, and is published all the same', async () => {
    const { delta } = await deltaOf(village)

    for (const { recipient } of agreements) {
      const { manifest } = packageOf(delta, recipient).changes ?? {}
      for (const totals of Object.values(manifest?.handover.totals ?? {}))
        expect(totals).toMatchObject({ inserts: 0, updates: 0, deletes: 0, files: 0 })
      expect(manifest).toBeDefined()
    }
  })

  it('holds the cards that ended overnight, though nothing was written', async () => {
    const [holder] = village.holders.filter(({ cards }) => cards.length === 1)
    const ending = {
      ...village,
      holders: village.holders.map(one =>
        one === holder ? { ...one, cards: one.cards.map(card => ({ ...card, validTo: '2026-11-22' as Day })) } : one,
      ),
    }
    const { delta } = await deltaOf(ending, ending, new Date(began.getTime() + day))

    const id = holder?.person.personId
    const moh = await changesIn(delta, 'moh')
    expect(moh.eligibility).toMatchObject([{ person_id: id, reason: 'expired', [changeColumn]: 'update_postimage' }])
    expect({ ...moh, eligibility: [] }).toEqual({ households: [], persons: [], cards: [], eligibility: [] })
  })

  it('is none of a telephone number, which nobody is given, nor of when the source changed it', async () => {
    const who = indexOf(village, '01')
    const { delta } = await deltaOf(village, villageAfter({ what: 'a telephone number', who, how: 1 }))

    for (const { recipient } of agreements)
      expect(Object.values(await changesIn(delta, recipient)).flat(), recipient).toEqual([])
  })

  it('says of a column that is withheld nothing to those from whom it is withheld', async () => {
    const who = indexOf(village, '01')
    const { delta } = await deltaOf(village, villageAfter({ what: 'a correction', who, how: 1 }))

    const personId = village.holders[who]?.person.personId
    const changed = { person_id: personId, [changeColumn]: 'update_postimage' }
    expect((await changesIn(delta, 'moh')).persons).toMatchObject([{ ...changed, full_name: 'Đỗ Thị Thử 1' }])
    expect((await changesIn(delta, 'population')).persons).toMatchObject([changed])
    expect(await changesIn(delta, 'hanoi_health')).toEqual({ persons: [], eligibility: [] })
  })

  it('deletes, by key and province alone, whoever leaves a recipient’s rows, and inserts whoever comes back', async () => {
    const who = indexOf(village, '01')
    const { chain, delta } = await deltaOf(village, villageAfter({ what: 'a card of the army', who, how: 1 }))
    const back = await chain.delta([{ population: village, at: new Date(later.getTime() + 1000) }], agreements)

    const id = village.holders[who]?.person.personId
    const left = await changesIn(delta, 'hanoi_health')
    expect(left.persons?.map(valuesOf)).toEqual([{ person_id: id, province_code: '01', [changeColumn]: 'delete' }])
    expect(left.eligibility).toMatchObject([{ person_id: id, [changeColumn]: 'delete' }])
    const returned = await changesIn(back, 'hanoi_health')
    expect(returned.persons).toMatchObject([{ person_id: id, sex: expect.any(String), [changeColumn]: 'insert' }])
    expect((await changesIn(back, 'moh')).persons).toEqual([])
  })

  it('and the snapshot beside it hold nothing of what is withheld, in any byte, though everybody changes', async () => {
    const changed = lived(
      village,
      village.holders.flatMap((_, who) => [
        { what: 'a correction', who, how: who },
        { what: 'a telephone number', who, how: who },
        { what: 'a new card', who, how: who },
      ]),
    )
    const { delta } = await deltaOf(village, changed)

    for (const agreement of agreements) {
      const { changes, snapshot } = packageOf(delta, agreement.recipient)
      const withheld = [village, changed].flatMap(people => withheldValues(agreement, people, delta.day as Day))
      for (const form of [changes, snapshot]) {
        const bytes = await bytesOf(form)
        expect(withheld.filter(value => bytes.includes(value))).toEqual([])
      }
      if (agreement.recipient !== 'moh') expect(withheld.length).toBeGreaterThan(50)
    }
  })

  it('takes who moves out of one province and puts him into another', async () => {
    const who = indexOf(village, '01')
    const { delta } = await deltaOf(village, villageAfter({ what: 'a move of one', who, how: 2 }))

    const { persons } = await changesIn(delta, 'moh')
    expect(persons?.map(row => [row.province_code, row[changeColumn]]).sort()).toEqual([
      ['01', 'delete'],
      ['79', 'insert'],
    ])
    expect((await changesIn(delta, 'hanoi_health')).persons).toMatchObject([{ [changeColumn]: 'delete' }])
  })
})

describe('households whose head is not among their people', () => {
  it('are counted anew in every snapshot, whatever made them so', async () => {
    const chain = aHandoverChain(await folder())
    const [one, another] = village.households.filter(({ headPersonId }) => headPersonId !== undefined)
    const counted = async (handedOver: Promise<HandedOver>) => {
      const { handover } = packageOf(await handedOver, 'moh').snapshot.manifest
      return 'headAbsent' in handover ? handover.headAbsent : undefined
    }
    const gone = withoutPerson(village, one?.headPersonId)
    const renamed = withHead(gone, another, one?.headPersonId)
    const settled = withHead(withHead(renamed, one, undefined), another, another?.headPersonId)
    const states = [gone, renamed, settled].map((population, n) => ({
      population,
      at: new Date(later.getTime() + n * 1000),
    }))

    expect(await counted(chain.full({ population: village, at: began }, agreements))).toBe(0)
    const after = []
    for (const state of states) after.push(await counted(chain.delta([state], agreements)))
    expect(after).toEqual([1, 2, 0])
  })
})

describe('a delta', () => {
  it('stops where something between the two cuts is missing', async () => {
    const who = 3
    const once = villageAfter({ what: 'a correction', who, how: 1 })
    const chain = aHandoverChain(await folder())
    await chain.full({ population: village, at: began }, agreements)
    await chain.miss({ population: once, at: later })
    const twice = lived(once, [{ what: 'a correction', who, how: 2 }])
    const delta = chain.delta([{ population: twice, at: new Date(later.getTime() + 1000) }], agreements)

    await expect(delta).rejects.toMatchObject({ code: 'base-differs' })
  })

  it('takes who was left out of the one before from his own last snapshot to now', async () => {
    const [moh, labour] = [agreementWith('moh'), agreementWith('labour')]
    const chain = aHandoverChain(await folder())
    const all = parsedAggregates([moh, labour])
    await chain.full({ population: village, at: began }, [moh, labour])
    const once = lived(village, [{ what: 'another employer', who: 0, how: 1 }])
    await chain.delta([{ population: once, at: later }], [moh], all)
    const twice = lived(once, [{ what: 'another employer', who: 1, how: 2 }])
    const delta = await chain.delta([{ population: twice, at: new Date(later.getTime() + 1000) }], [moh, labour], all)

    const { changes, snapshot } = packageOf(delta, 'labour')
    expect(changes?.manifest.handover).toMatchObject({ previous: { sequence: 1 }, sequence: 3 })
    const expected = receivedRows(labour, twice, delta.day as Day).contributions ?? []
    expect(new Set((await rowsIn(snapshot, 'contributions')).map(asJson))).toEqual(new Set(expected.map(asJson)))
    const inserted = (await changesIn(delta, 'labour')).contributions?.filter(row => row[changeColumn] === 'insert')
    expect(inserted?.length).toBe(
      expected.length - (receivedRows(labour, village, delta.day as Day).contributions?.length ?? 0),
    )
  })

  it('begins the chain anew for whose agreement changed, says so, and goes on for all others', async () => {
    const labour = agreementWith('labour')
    const chain = aHandoverChain(await folder())
    await chain.full({ population: village, at: began }, [agreementWith('moh'), labour])
    const changed = { ...labour, datasets: { contributions: labour.datasets.contributions?.slice(0, -1) ?? [] } }
    const delta = await chain.delta([{ population: village, at: later }], [agreementWith('moh'), changed])

    expect(packageOf(delta, 'labour').changes).toBeUndefined()
    const { handover } = packageOf(delta, 'labour').snapshot.manifest
    expect(handover).toMatchObject({ rebaseline: 'agreement-changed', changes: null, previous: { sequence: 1 } })
    expect(packageOf(delta, 'moh').changes).toBeDefined()
    expect(packageOf(delta, 'moh').snapshot.manifest.handover).toMatchObject({ rebaseline: null })
  })
})

function withoutPerson(all: Population, id: PersonId | undefined): Population {
  return {
    ...all,
    holders: all.holders.filter(({ person }) => person.personId !== id),
    contributions: all.contributions.filter(({ personId }) => personId !== id),
  }
}

function withHead(
  all: Population,
  of: Population['households'][number] | undefined,
  head: PersonId | undefined,
): Population {
  const changed = all.households.map(({ headPersonId, ...household }) =>
    household.householdId === of?.householdId
      ? { ...household, ...(head && { headPersonId: head }), sourceTime: household.sourceTime + 1000 }
      : { ...household, ...(headPersonId && { headPersonId }) },
  )
  return { ...all, households: changed }
}

async function deltaOf(before: Population, now = before, at = later) {
  const chain = aHandoverChain(await folder())
  await chain.full({ population: before, at: began }, agreements)
  return { chain, delta: await chain.delta([{ population: now, at }], agreements) }
}

function villageAfter(happening: Happening): Population {
  return lived(village, [happening])
}

/** Somebody with one card who lives there. */
function indexOf({ holders }: Population, province: string): number {
  return holders.findIndex(({ person, cards }) => person.provinceCode === province && cards.length === 1)
}

async function changesIn(
  handedOver: HandedOver,
  recipient: string,
): Promise<Partial<Record<DatasetName, readonly Row[]>>> {
  const { changes } = packageOf(handedOver, recipient)
  if (!changes) throw new Error(`no change set for ${recipient}`)
  const names = Object.keys(changes.manifest.handover.totals) as DatasetName[]
  return Object.fromEntries(await Promise.all(names.map(async name => [name, await rowsIn(changes, name)])))
}

/** All its files as they are, and every page of them decompressed. */
async function bytesOf(form: Form | undefined): Promise<Buffer> {
  const { dir, manifest } = form as Form
  const paths = manifest.resources.map(({ path }) => join(dir, path))
  const parts = await Promise.all(paths.map(async path => [await readFile(path), ...(await readBack(path)).pages]))
  return Buffer.concat(parts.flat())
}

function asJson(row: Row): string {
  return JSON.stringify(row)
}

function valuesOf(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null))
}
