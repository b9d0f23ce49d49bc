import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { jsonLines } from '../../../lambdas/handover/convert/convert-engine.ts'
import {
  guardedColumns,
  guardedElements,
  itemStruct,
  type Refused,
  refusedPrefix,
} from '../../../lambdas/handover/convert/part-columns.ts'
import { type List, listOf } from '../../../lambdas/handover/convert/parts.ts'
import { placeFault } from '../../../lambdas/handover/convert/parts-engine.ts'
import { openDatabase } from '../../../lambdas/handover/engine/duckdb-engine.ts'
import { literal } from '../../../lambdas/handover/engine/sql.ts'
import type { FeedRecord, Refusal } from '../../../lambdas/registry/feeds.ts'
import { columnName } from '../../../lambdas/registry/field.ts'
import { brokenRules } from '../../../lambdas/registry/intake-rules.ts'
import { personItem } from '../../../lambdas/registry/items.ts'
import { recordRules } from '../../../lambdas/registry/record-rules.ts'
import { folder } from '../../local/service.ts'
import { card, onDay, person } from '../../registry/records.ts'

const now = new Date(onDay(20))

/** What stands in each of some fields: every combination is asked about. */
type Choices = Readonly<Record<string, readonly (string | number | undefined)[]>>

const numbers: Choices = {
  insuranceNumber: [undefined, '0123456789'],
  formerInsuranceNumber: [undefined, '0123456789', '0123456780'],
}
const identities: Choices = {
  identityState: ['verified', 'unverified', 'mismatched'],
  identityVerifiedOn: [undefined, '1990-02-02', '1990-02-03'],
  diedOn: [undefined, '1990-02-02', '1990-02-03'],
}
const places: Choices = {
  provinceCode: ['01', '80', '82'],
  wardCode: ['00004', '27694', '28249'],
  formerProvinceCode: ['01', '79', '80', '82'],
}
const enrolments: Choices = {
  cardNumber: ['DN4010123456789', 'GD4010123456789'],
  enrolmentOrder: [undefined, 1, 4, 5, 99],
  contributionShare: [undefined, 40, 50, 100],
}
const spans: Choices = {
  cardNumber: ['DN4010123456789', 'DN4030123456789', 'ZZ4010123456789'],
  validTo: [undefined, '2025-12-31', '2026-01-01'],
}
const recalls: Choices = {
  recalledOn: [undefined, '2025-12-19', '2025-12-20'],
  recallReason: [undefined, 'died'],
}

describe('the converter refuses what the intake refuses between the fields, and nothing else:', () => {
  it.each([
    ['numbers', numbers],
    ['identity', identities],
    ['residence', places],
  ])('a person’s %s', async (_, choices) => {
    const refusedIn = await converter()
    for (const changes of combinations(choices)) {
      const one = person(changes)
      expectOne(await refusedIn(one, []), brokenRules('persons', one, now), changes)
    }
  })

  it.each([
    ['enrolment', enrolments],
    ['number and span', spans],
    ['recall', recalls],
  ])('a card’s %s', async (_, choices) => {
    const refusedIn = await converter()
    for (const changes of combinations(choices)) {
      const one = card(changes)
      expectOne(await refusedIn(person(), [one]), brokenRules('cards', one, now), changes)
    }
  })

  it('every rule is broken by some of them', () => {
    const people = [numbers, identities, places].flatMap(combinations).map(changes => person(changes))
    const cards = [enrolments, spans, recalls].flatMap(combinations).map(changes => card(changes))
    const broken = new Set([
      ...people.flatMap(one => brokenRules('persons', one, now).map(({ rule }) => rule)),
      ...cards.flatMap(one => brokenRules('cards', one, now).map(({ rule }) => rule)),
    ])
    const rules = [...recordRules.persons, ...recordRules.cards].map(({ rule }) => rule)
    expect(broken).toEqual(new Set([...rules, 'ward-in-province', 'former-province-in-province']))
  })
})

type Changes = Readonly<Record<string, string | number | undefined>>

function combinations(choices: Choices): readonly Changes[] {
  return Object.entries(choices).reduce<readonly Changes[]>(
    (all, [field, values]) => all.flatMap(changes => values.map(value => ({ ...changes, [field]: value }))),
    [{}],
  )
}

/** One of the fields at fault is named, or there is none. */
function expectOne(column: string | undefined, refusals: readonly Refusal[], changes: Changes) {
  const fields = refusals.map(({ field }) => field)
  expect(fields.length === 0 ? [undefined] : fields, JSON.stringify(changes)).toContain(column)
}

/** The column that a person’s item is refused for. */
async function converter() {
  const dir = await folder()
  const database = await openDatabase({ dir, threads: 1, memoryLimit: '500MB' })
  onTestFinished(() => database.close())
  const engine = await database.connect()
  const file = join(dir, 'person.json')
  return async (one: FeedRecord<'persons'>, cards: readonly FeedRecord<'cards'>[]) => {
    await writeFile(file, `${JSON.stringify({ Item: personItem(one, cards) })}\n`)
    try {
      await engine.run(`CREATE OR REPLACE TABLE persons AS SELECT ${guardedColumns('persons')}
        FROM ${jsonLines(file, `{Item: ${literal(itemStruct('persons'))}}`)}`)
      await engine.run(`CREATE OR REPLACE TABLE cards AS ${guardedElements(listOf.persons as List, 'persons')}`)
    } catch (error) {
      const refused = (error as Error).message.split('\n')[0]?.split(refusedPrefix)[1]
      return fieldOf(JSON.parse(refused ?? '{}') as Refused)
    }
    const refused = await placeFault(engine, 'persons')
    return refused && fieldOf(refused)
  }
}

function fieldOf({ fault }: Refused): string {
  return columnName(fault.split(':')[0] as string)
}
