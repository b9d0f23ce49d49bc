import { describe, expect, it } from 'vitest'
import { contributionsId, type HeldContributions, type HeldPerson } from '../../lambdas/registry/items.ts'
import type { Month } from '../../lambdas/registry/month.ts'
import type { PersonId } from '../../lambdas/registry/person-id.ts'
import type { PersonNumber } from '../../lambdas/registry/person-numbers.ts'
import type { RegistryStore } from '../../lambdas/registry/registry-store.ts'
import { card, contribution, household, onDay, person } from './records.ts'

/** What every registry store promises; `make` gives an empty one. */
export function describeRegistryStore(name: string, make: () => Promise<RegistryStore>) {
  describe(`a registry on ${name}`, () => {
    it('is empty until something is put', async () => {
      const registry = await make()
      expect(await registry.isEmpty()).toBe(true)
      await registry.put({ household: household() }, undefined)
      expect(await registry.isEmpty()).toBe(false)
    })

    it('gives back what was put, with every field that it has', async () => {
      const registry = await make()
      const home = { household: household({ headPersonId: personId(1) }) }
      const held = { person: person({ diedOn: '2026-01-01', phone: '+84001234567' }), cards: [heldCard(), openCard()] }
      await registry.put(home, undefined)
      await registry.put(held, undefined)

      const { householdId } = home.household
      expect((await registry.households([householdId])).get(householdId)?.held).toEqual(home)
      expect((await registry.persons([held.person.personId])).get(held.person.personId)?.held).toEqual(held)
    })

    it('keeps what somebody contributes scheme by scheme, beside the person', async () => {
      const registry = await make()
      const { personId: _, scheme: __, ...period } = contribution()
      const periods = [period, { ...period, firstMonth: '2024-05' as Month, lastMonth: '2025-01' as Month }]
      const social: HeldContributions = { personId: personId(1), scheme: 'social', periods }
      const health: HeldContributions = { personId: personId(1), scheme: 'health', periods }
      for (const held of [social, health]) expect(await registry.put(held, undefined)).toBe(true)

      const found = await registry.contributions([social, { personId: personId(2), scheme: 'social' }])
      expect([...found]).toEqual([[contributionsId(social), { held: social, revision: 1 }]])
      expect(await registry.persons([personId(1)])).toEqual(new Map())
    })

    it('reads many at once, those that it holds', async () => {
      const registry = await make()
      await registry.putAlone(people(230).map(held => ({ held, revision: undefined })))

      const found = await registry.persons(Array.from({ length: 460 }, (_, at) => personId(at)))
      expect(found.size).toBe(230)
      expect(found.get(personId(229))?.held).toEqual(somebody(229))
      expect(await registry.persons([])).toEqual(new Map())
      expect(await registry.households([household().householdId])).toEqual(new Map())
    })

    it('puts something new only where nothing is', async () => {
      const registry = await make()
      expect(await registry.put(somebody(1), undefined)).toBe(true)
      expect(await registry.put(somebody(1, 'Đỗ Thị Hoa'), undefined)).toBe(false)
      expect((await read(registry, 1))?.held).toEqual(somebody(1))
    })

    it('puts a change only over what was read', async () => {
      const registry = await make()
      await registry.put(somebody(1), undefined)
      const first = await read(registry, 1)
      expect(await registry.put(somebody(1, 'Đỗ Thị Hoa'), first?.revision)).toBe(true)
      expect(await registry.put(somebody(1, 'Đỗ Thị Hoà'), first?.revision)).toBe(false)
      expect((await read(registry, 1))?.held).toEqual(somebody(1, 'Đỗ Thị Hoa'))
    })

    it('lets one of twenty win who put the same thing new, and one of twenty who change it', async () => {
      const registry = await make()
      const race = async (revision: number | undefined) => {
        const put = await Promise.all(twenty(at => registry.put(somebody(1, `Tên ${at}`), revision)))
        const winner = put.indexOf(true)
        expect(put.filter(Boolean)).toHaveLength(1)
        expect((await read(registry, 1))?.held).toEqual(somebody(1, `Tên ${winner}`))
      }
      await race(undefined)
      await race((await read(registry, 1))?.revision)
    })

    it('lets a number name one person, of twenty who race for it as ever', async () => {
      const registry = await make()
      const named = await Promise.all(twenty(at => registry.nameNumber('hash', number(at), at0)))
      expect(named.filter(Boolean)).toHaveLength(1)
      const owner = personId(named.indexOf(true))
      expect(await registry.namedBy(['hash', 'other'])).toEqual(
        new Map([['hash', { personId: owner, at: at0.getTime() }]]),
      )
    })

    it('lets a number name the same person again, but nobody else, after its end as before', async () => {
      const registry = await make()
      expect(await registry.nameNumber('hash', number(1), at0)).toBe(true)
      expect(await registry.nameNumber('hash', number(1), at0)).toBe(true)
      expect(await registry.nameNumber('hash', { ...number(1), to: '2026-01-09' as never }, at0)).toBe(true)
      expect(await registry.nameNumber('hash', number(2), at0)).toBe(false)
      expect((await registry.namedBy(['hash'])).get('hash')).toMatchObject({ personId: personId(1) })
    })

    it.each([
      ['', number(1)],
      [' after its end', { ...number(1), to: '2026-01-09' as never }],
    ])('takes a number from one person for another%s only while it is as it was read', async (_, theirs) => {
      const registry = await make()
      await registry.nameNumber('hash', theirs, at0)
      const read = (await registry.namedBy(['hash'])).get('hash')
      await registry.nameNumber('hash', theirs, later)
      expect(await registry.nameNumber('hash', number(2), later, read)).toBe(false)

      const again = (await registry.namedBy(['hash'])).get('hash')
      const taken = await Promise.all(twenty(at => registry.nameNumber('hash', number(at + 2), later, again)))

      expect(taken.filter(Boolean)).toHaveLength(1)
      const personOf = personId(taken.indexOf(true) + 2)
      expect((await registry.namedBy(['hash'])).get('hash')).toMatchObject({ personId: personOf })
    })

    it('overwrites, for who is alone, more than one batch takes, and goes on from there', async () => {
      const registry = await make()
      await registry.put(somebody(1, 'Đỗ Thị Hoa'), undefined)
      const before = await read(registry, 1)
      await registry.putAlone(people(60).map(held => ({ held, revision: before?.revision })))

      const after = await read(registry, 1)
      expect(after?.held).toEqual(somebody(1))
      expect(await registry.put(somebody(1, 'Đỗ Thị Hoá'), before?.revision)).toBe(false)
      expect(await registry.put(somebody(1, 'Đỗ Thị Hoá'), after?.revision)).toBe(true)
    })

    it('names numbers in batches, for who is alone, as it names them one by one', async () => {
      const [registry, oneByOne] = [await make(), await make()]
      const numbers = Array.from({ length: 60 }, (_, at) => ({ hash: `hash ${at}`, number: number(at) }))
      const { from: _, ...former } = number(60)
      const replaced = { hash: 'replaced', number: { ...former, to: '2026-01-09' as never } }
      await registry.nameAlone([...numbers, replaced], at0)
      for (const { hash, number } of [...numbers, replaced]) await oneByOne.nameNumber(hash, number, at0)

      const hashes = [...numbers, replaced].map(({ hash }) => hash)
      const named = await registry.namedBy(hashes)
      expect(named.size).toBe(61)
      expect(named).toEqual(await oneByOne.namedBy(hashes))
      expect(await registry.nameNumber('hash 1', number(2), later)).toBe(false)
      expect(await registry.nameNumber('hash 1', number(1), later)).toBe(true)
    })

    it('lists the members of a household, who may move', async () => {
      const registry = await make()
      const { householdId } = household()
      for (const at of [2, 1, 3]) await registry.put(somebody(at), undefined)
      await expect.poll(() => registry.membersOf(householdId)).toEqual([personId(1), personId(2), personId(3)])

      const moved = { ...somebody(2), person: { ...somebody(2).person, householdId: '0100000002' as never } }
      await registry.put(moved, (await read(registry, 2))?.revision)
      await expect.poll(() => registry.membersOf(householdId)).toEqual([personId(1), personId(3)])
    })
  })
}

function personId(at: number): PersonId {
  return String(at).padStart(11, '0') as PersonId
}

function somebody(at: number, fullName = 'Đỗ Thị Hoà'): HeldPerson {
  return { person: person({ personId: personId(at), fullName, sourceTime: onDay(3) }), cards: [heldCard()] }
}

function people(count: number): readonly HeldPerson[] {
  return Array.from({ length: count }, (_, at) => somebody(at))
}

function heldCard() {
  const { personId: _, ...held } = card()
  return held
}

function openCard() {
  const { personId: _, ...held } = card({
    cardNumber: 'GD4010123456789',
    validTo: undefined,
    areaCode: 'K2',
    enrolmentOrder: 2,
    contributionShare: 70,
  })
  return held
}

const at0 = new Date('2026-01-01T00:00:00Z')
const later = new Date('2026-01-01T01:00:00Z')

function number(at: number): PersonNumber {
  return { kind: 'insurance', number: '0123456789' as never, personId: personId(at), from: '2026-01-01' as never }
}

function twenty<Result>(racer: (at: number) => Promise<Result>): readonly Promise<Result>[] {
  return Array.from({ length: 20 }, (_, at) => racer(at))
}

async function read(registry: RegistryStore, at: number) {
  return (await registry.persons([personId(at)])).get(personId(at))
}
