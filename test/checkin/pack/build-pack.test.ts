import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coverageOn } from '../../../lambdas/checkin/coverage.ts'
import { daysFrom } from '../../../lambdas/checkin/pack/cover.ts'
import type { Pack } from '../../../lambdas/checkin/pack/pack.ts'
import { packAnswer } from '../../../lambdas/checkin/pack/pack-answer.ts'
import type { PresentedNumber } from '../../../lambdas/checkin/verdict/presented-number.ts'
import type { Day } from '../../../lambdas/registry/day.ts'
import type { HeldPerson } from '../../../lambdas/registry/items.ts'
import { numbersOf } from '../../../lambdas/registry/person-numbers.ts'
import { type Holder, populationOf } from '../../handover/compact/expected-rows.ts'
import { card, household, person } from '../../registry/records.ts'
import { history } from '../histories.ts'
import { holder, today } from '../people.ts'
import { packFor } from './built-pack.ts'
import { days, facility } from './packs.ts'

describe('a pack of a published snapshot', () => {
  it('answers for everybody of its catchment as the desk does online, on each day, by each number; and for nobody else', async () => {
    const population = populationOf({ people: 1500, seed: 7, today })
    const people = population.holders
    const seen = people.filter(({ person }) => person.provinceCode !== '01').slice(0, 5)
    const pack = await packFor(population, today, { seen: seen.map(({ person }) => person.personId) })

    const caught = people.filter(held => seen.includes(held) || isOfCatchment(held, today))
    expect(caught.length).toBeGreaterThan(50)
    const outcomes = new Set<string>()
    for (const held of people) {
      for (const { number } of numbersOf(held.person, held.cards)) {
        for (const day of days) {
          const said = saidBy(pack, number, held, day)
          expect(said, `${number} on ${day}`).toEqual(caught.includes(held) ? online(held, day) : 'not-in-this-pack')
          outcomes.add(typeof said === 'string' ? said : 'in-force')
        }
      }
    }
    expect([...outcomes].sort()).toEqual(['in-force', 'not-in-force', 'not-in-this-pack'])
  }, 120_000)

  it('knows on each of its days what cards will have begun and ended by then, and what the law will have changed', async () => {
    const asOf = '2025-12-28' as Day
    const people = fc.sample(history, { numRuns: 300, seed: 3 }).map(distinct)
    const pack = await packFor({ households: [household()], holders: people, contributions: [] }, asOf)

    const window = daysFrom(asOf)
    let changing = 0
    for (const held of people) {
      const covered = window.map(day => online(held, day))
      const stretches = covered.filter(
        (cover, at) => cover !== 'not-in-force' && !isDeepStrictEqual(cover, covered[at - 1]),
      )
      for (const { number } of numbersOf(held.person, held.cards)) {
        const said = window.map(day => saidBy(pack, number, held, day))
        expect(said, number).toEqual(stretches.length > 2 ? window.map(() => 'not-in-this-pack') : covered)
      }
      if (stretches.length > 2) changing += numbersOf(held.person, held.cards).length
    }
    expect(pack.header.leftOut.changing).toBe(changing)
    expect(changing).toBeGreaterThan(0)
  }, 60_000)

  it('is the same whatever the order of the rows it is made from', async () => {
    const population = populationOf({ people: 200, seed: 7, today })
    const [one, other] = [
      await packFor(population, today),
      await packFor({ ...population, holders: population.holders.toReversed() }, today),
    ]
    expect(other.header.bodySha256).toBe(one.header.bodySha256)
  }, 60_000)

  it('names the snapshot, its day and the days of its own', async () => {
    const { header } = await packFor(
      { households: [household()], holders: [distinct(holder([]), 1)], contributions: [] },
      today,
    )
    expect(header).toMatchObject({
      source: { recipient: 'moh', sequence: 1, manifestSha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      asOfDay: '2026-11-22',
      lastDay: '2026-11-29',
      notAfter: new Date(Date.parse(header.asOf) + 7 * 86_400_000).toISOString(),
      records: 2,
    })
  }, 60_000)
})

type Said = { readonly level: number; readonly lastDay: string | null } | 'not-in-force' | 'not-in-this-pack'

function saidBy(pack: Pack, number: string, { person }: Holder, day: Day): Said {
  const answer = packAnswer(pack, { number } as PresentedNumber, person.birthDate, day)
  return answer.outcome === 'in-force' ? { level: answer.level, lastDay: answer.lastDay } : answer.outcome
}

/** What the desk says of the same three facts. */
function online({ person: { diedOn }, cards }: Holder, day: Day): Said {
  const coverage = coverageOn({ cards, ...(diedOn && { diedOn }) }, day)
  if (coverage.reason !== 'in-force') return 'not-in-force'
  return { level: coverage.level, lastDay: coverage.card.validTo ?? null }
}

function isOfCatchment(held: Holder, day: Day): boolean {
  const { person, cards } = held
  const coverage = coverageOn({ cards, ...(person.diedOn && { diedOn: person.diedOn }) }, day)
  const registeredHere = coverage.reason === 'in-force' && coverage.card.facilityCode === facility
  return person.provinceCode === '01' || registeredHere
}

/** The same history, of somebody of his own. */
function distinct({ person: { diedOn }, cards }: HeldPerson, index: number): Holder {
  const personId = `0000000${String(index).padStart(4, '0')}`
  const insuranceNumber = `1${String(index).padStart(9, '0')}`
  const own = { personId, insuranceNumber, nationalId: `001${insuranceNumber.slice(1)}`, diedOn }
  return {
    person: person({ ...own, householdOrder: 1 + (index % 99) }),
    cards: cards.map(held =>
      card({ ...held, personId, cardNumber: `${held.cardNumber.slice(0, 5)}${insuranceNumber}` }),
    ),
  }
}
