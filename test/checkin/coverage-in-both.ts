import fc from 'fast-check'
import { expect } from 'vitest'
import { coverageOn } from '../../lambdas/checkin/coverage.ts'
import { addDays, type Day } from '../../lambdas/registry/day.ts'
import type { HeldPerson } from '../../lambdas/registry/items.ts'
import { coverageInSql, said } from './coverage-in-sql.ts'
import { anyDay, history } from './histories.ts'
import { today } from './people.ts'
import { synthetic } from './synthetic.ts'

/** Of so many people: around today, the change of levels, and the ends of cards. */
export async function expectAgreement(population: number) {
  const people = synthetic(population)
  const handover = await coverageInSql()
  await handover.hold(people)
  const reasons = new Set<string>()

  for (const day of [
    today,
    ...(['1990-01-01', '2025-12-31', '2026-01-01', '2999-12-31'] as Day[]),
    ...daysAroundEnds(people),
  ]) {
    const atDesk = people.map(held => said(onDay(held, day)))
    expect(await handover.on(day), day).toEqual(atDesk)
    for (const { reason } of atDesk) reasons.add(reason)
  }

  expect([...reasons].toSorted()).toEqual(['died', 'expired', 'in-force', 'no-card', 'not-started', 'recalled'])
}

export async function expectAgreementOnHistories(runs: number) {
  const handover = await coverageInSql()
  await fc.assert(
    fc.asyncProperty(fc.array(history, { minLength: 1, maxLength: 100 }), anyDay, async (people, day) => {
      await handover.hold(people)
      expect(await handover.on(day)).toEqual(people.map(held => said(onDay(held, day))))
    }),
    { numRuns: runs },
  )
}

export function onDay({ person: { diedOn }, cards }: HeldPerson, day: Day) {
  return coverageOn({ cards, ...(diedOn && { diedOn }) }, day)
}

/** The last day of some cards, and the days beside it. */
function daysAroundEnds(people: readonly HeldPerson[]): readonly Day[] {
  const ends = people.flatMap(({ cards }) => cards.flatMap(({ validTo }) => validTo ?? [])).toSorted()
  const some = [0.1, 0.5, 0.9].map(share => ends[Math.floor(share * ends.length)] as Day)
  return some.flatMap(end => [-1, 0, 1].map(days => addDays(end, days)))
}
