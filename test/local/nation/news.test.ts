import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { type FeedKind, type FeedRecord, feedKinds, readFeedLine } from '../../../lambdas/registry/feeds.ts'
import { writeNewsFiles } from '../../../local/nation/feed-files.ts'
import { type FeedRecords, feedRecords } from '../../../local/nation/feed-records.ts'
import { nation } from '../../../local/nation/nation.ts'
import { news } from '../../../local/nation/news.ts'
import { folder } from '../service.ts'
import { day } from './days.ts'

const options = { people: 8000, seed: 5, today: day('2026-11-22') }
const before = allOf(nation(options).map(feedRecords))
const after = allOf(news(options))

const keys: { readonly [Kind in FeedKind]: (record: FeedRecord<Kind>) => string } = {
  households: ({ householdId }) => householdId,
  persons: ({ personId }) => personId,
  cards: ({ personId, cardNumber, validFrom }) => `${personId} ${cardNumber} ${validFrom}`,
  contributions: ({ personId, scheme, firstMonth, employerCode }) =>
    [personId, scheme, firstMonth, employerCode].join(' '),
}

describe('The news of a day', () => {
  it.each(feedKinds)('are %s that the registry accepts', async kind => {
    const { files, ...written } = await writeNewsFiles(options, await folder())
    const text = await readFile(files[feedKinds.indexOf(kind)] as string, 'utf8')
    const records = text
      .trimEnd()
      .split('\n')
      .map(line => readFeedLine(kind, line))

    expect(records).toHaveLength(written[kind])
    expect(records.filter(record => Array.isArray(record))).toEqual([])
  })

  it.each(feedKinds)('are newer than the %s that they change', kind => {
    const held = new Map(before[kind].map(record => [keyOf(kind, record), record]))
    const changed = after[kind].flatMap(record => held.get(keyOf(kind, record)) ?? [])
    const latest = Math.min(...after[kind].map(({ sourceTime }) => sourceTime))

    expect(changed.length).toBeGreaterThan(0)
    expect(changed.filter(({ sourceTime }) => sourceTime >= latest)).toEqual([])
  })

  it('hold births, deaths, moves across provinces, reissued cards, verified identities and ended work', () => {
    const people = new Map(before.persons.map(person => [person.personId, person]))
    const persons = after.persons.map(now => ({ now, was: people.get(now.personId) }))
    const happened = {
      births: persons.filter(({ was }) => !was),
      deaths: persons.filter(({ now, was }) => now.diedOn && !was?.diedOn),
      moves: persons.filter(({ now, was }) => was && now.provinceCode !== was.provinceCode),
      verified: persons.filter(({ now, was }) => was && now.identityState !== was.identityState),
      corrected: persons.filter(({ now, was }) => was && now.fullName !== was.fullName),
      reissued: after.cards.filter(({ validFrom }) => validFrom === options.today),
      ended: after.contributions,
    }
    for (const [kind, all] of Object.entries(happened)) expect([kind, all.length > 0]).toEqual([kind, true])
  })

  it('name nobody who comes like somebody who is there', () => {
    const ids = new Set(before.persons.map(({ personId }) => personId))
    const born = after.persons.filter(({ birthDate }) => String(birthDate) === options.today)

    expect(born.length).toBeGreaterThan(5)
    expect(born.filter(({ personId }) => ids.has(personId))).toEqual([])
    expect(new Set(born.map(({ personId }) => personId)).size).toBe(born.length)
  })

  it('are the same for the same seed, and sorted by person', () => {
    expect(allOf(news(options))).toEqual(after)
    const ids = after.persons.map(({ personId }) => personId)
    expect(ids).toEqual([...ids].sort())
  })
})

function allOf(homes: Iterable<FeedRecords>): FeedRecords {
  const all = [...homes]
  return {
    households: all.flatMap(({ households }) => households),
    persons: all.flatMap(({ persons }) => persons),
    cards: all.flatMap(({ cards }) => cards),
    contributions: all.flatMap(({ contributions }) => contributions),
  }
}

function keyOf(kind: FeedKind, record: FeedRecord<FeedKind>): string {
  return (keys[kind] as (record: FeedRecord<FeedKind>) => string)(record)
}
