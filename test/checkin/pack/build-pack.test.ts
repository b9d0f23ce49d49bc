import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coverageOn } from '../../../lambdas/checkin/coverage.ts'
import { daysFrom } from '../../../lambdas/checkin/pack/cover.ts'
import type { Pack } from '../../../lambdas/checkin/pack/pack.ts'
import { packAnswer } from '../../../lambdas/checkin/pack/pack-answer.ts'
import { newestOf } from '../../../lambdas/checkin/pack/snapshot-job.ts'
import type { PresentedNumber } from '../../../lambdas/checkin/verdict/presented-number.ts'
import { manifestBytes, manifestName } from '../../../lambdas/handover/manifest.ts'
import type { Day } from '../../../lambdas/registry/day.ts'
import type { HeldPerson } from '../../../lambdas/registry/items.ts'
import { numbersOf } from '../../../lambdas/registry/person-numbers.ts'
import { folderStore } from '../../../local/folder-store.ts'
import { nation } from '../../../local/nation/nation.ts'
import { type Holder, populationOf } from '../../handover/compact/expected-rows.ts'
import { packedAt } from '../../handover/convert/conversion.ts'
import {
  handoverCopies,
  listedFor,
  manifestIn,
  nationOptions,
  replaceManifest,
} from '../../handover/pull/handover-copy.ts'
import { folder } from '../../local/service.ts'
import { card, household, person } from '../../registry/records.ts'
import { history } from '../histories.ts'
import { holder, today } from '../people.ts'
import { packFor, packOfSnapshot } from './built-pack.ts'
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
    const people = [...fc.sample(history, { numRuns: 300, seed: 3 }), ...ofOneEventEach].map(distinct)
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
      records: 3,
    })
  }, 60_000)
})

describe('no pack is built', () => {
  const aHandover = handoverCopies()
  const everybody = [...nation(nationOptions)].flatMap(({ members }) => members.map(({ person }) => person.personId))

  it('from a snapshot whose last day to be asked is past', async () => {
    const dir = await aHandover()
    const cut = Date.parse((await manifestIn(dir)).handover.asOf)
    await expect(packOfSnapshot(dir, new Date(cut + 7 * 86_400_000))).resolves.toBeInstanceOf(Buffer)
    await expect(packOfSnapshot(dir, new Date(cut + 7 * 86_400_000 + 1))).rejects.toMatchObject({
      code: 'snapshot-too-old',
    })
  })

  it('from one that nobody of ours signed', async () => {
    const dir = await aHandover()
    await writeFile(join(dir, manifestName), manifestBytes({ ...(await manifestIn(dir)), name: 'another' }))
    await expect(packOfSnapshot(dir, packedAt)).rejects.toMatchObject({ code: 'not-proven' })
  })

  it.each(['eligibility', 'persons', 'cards'] as const)('from one of whose %s a bit has changed', async dataset => {
    const dir = await aHandover()
    for (const file of await listedFor(dir, dataset)) {
      const bytes = await readFile(join(dir, file))
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 1
      await writeFile(join(dir, file), bytes)
    }
    await expect(packOfSnapshot(dir, packedAt, everybody)).rejects.toMatchObject({ code: 'not-proven' })
  })

  it('from one that withholds what a pack needs', async () => {
    const dir = await aHandover()
    const manifest = await manifestIn(dir)
    const { persons = [], ...others } = manifest.handover.agreement.datasets
    const datasets = { ...others, persons: persons.filter(column => column !== 'national_id') }
    const agreement = { ...manifest.handover.agreement, datasets }
    await replaceManifest(dir, { ...manifest, handover: { ...manifest.handover, agreement } })
    await expect(packOfSnapshot(dir, packedAt)).rejects.toMatchObject({
      code: 'snapshot-lacks-columns',
      message: expect.stringContaining('national_id of persons; name a recipient who is with --from'),
    })
  })

  it('where nothing was published', async () => {
    await expect(newestOf(folderStore(await folder()), 'moh/latest.json')).rejects.toMatchObject({
      code: 'no-snapshot',
    })
  })
})

type Said = { readonly level: number; readonly lastDay: string | null } | 'not-in-force' | 'not-in-this-pack'

function saidBy(pack: Pack, number: string, { person }: Holder, day: Day): Said {
  const answer = packAnswer(pack, { number } as PresentedNumber, person.birthDate, day)
  return answer.outcome === 'in-force' ? { level: answer.level, lastDay: answer.lastDay } : answer.outcome
}

const throughout = { validFrom: '2024-01-01', validTo: undefined }

/** Nothing but what one of them tells makes the cover of a person other on some day than on the first. */
const ofOneEventEach: readonly HeldPerson[] = [
  holder([card({ ...throughout, recalledOn: '2025-12-31', recallReason: 'stopped' })]),
  holder([card({ ...throughout, validTo: '2025-12-30' })]),
  holder([card({ ...throughout, validFrom: '2026-01-02' })]),
  holder([card({ ...throughout, cardNumber: 'CN3010123456789' })]),
  holder([card(throughout)], { diedOn: '2025-12-31' }),
]

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
  // As on a newborn's first card, whose digits are no insurance number
  const first = card({
    ...throughout,
    personId,
    cardNumber: `TE101${2_000_000_000 + index}`,
    issuedOn: '2024-01-01',
    recalledOn: '2025-01-01',
    recallReason: 'reissued',
  })
  return {
    person: person({ ...own, householdOrder: 1 + (index % 99) }),
    cards: [
      first,
      ...cards.map(held => card({ ...held, personId, cardNumber: `${held.cardNumber.slice(0, 5)}${insuranceNumber}` })),
    ],
  }
}
