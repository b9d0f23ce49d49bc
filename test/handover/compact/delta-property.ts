import fc from 'fast-check'
import { expect } from 'vitest'
import { agreements } from '../../../lambdas/handover/agreements.ts'
import { changeColumn } from '../../../lambdas/handover/compact/change-types.ts'
import { type DatasetName, datasetNamed } from '../../../lambdas/handover/datasets.ts'
import type { Day } from '../../../lambdas/registry/day.ts'
import { folder } from '../../local/service.ts'
import type { Row } from '../parquet-rows.ts'
import { type Population, receivedRows } from './expected-rows.ts'
import { aHandoverChain, began, type HandedOver, packageOf, rowsIn, type State } from './handover-chain.ts'
import { lived, someLife, villagers } from './life.ts'

const hour = 3_600_000

/** A full handover, what happens in one or two windows of a delta, and what happens until the next full one. */
const history = fc.record({
  windows: fc.array(someLife, { minLength: 1, maxLength: 2 }),
  days: fc.nat(30),
  later: someLife,
})

/** Over so many histories, a base and its deltas make the next full snapshot, row for row, for every agreement. */
export async function expectDeltasToHold(numRuns: number) {
  const village = villagers(40)
  const property = fc.asyncProperty(history, async ({ windows, days, later }) => {
    const chain = aHandoverChain(await folder())
    const base = await chain.full({ population: village, at: began }, agreements)
    await expectSnapshots(base, village)

    const states: State[] = []
    for (const [n, life] of windows.entries()) {
      const population = lived(states.at(-1)?.population ?? village, life)
      states.push({ population, at: new Date(began.getTime() + (days * 24 + n + 1) * hour) })
    }
    const { population, at } = states.at(-1) as State
    const delta = await chain.delta(states, agreements)
    await expectSnapshots(delta, population)
    await expectChanges(base, delta)

    const last = lived(population, later)
    const full = await chain.full({ population: last, at: new Date(at.getTime() + hour) }, agreements)
    await expectSnapshots(full, last)
    await expectChanges(delta, full)
  })
  await fc.assert(property, { numRuns, endOnFailure: true })
}

/** What each recipient holds is what it must hold of these people. */
async function expectSnapshots(handedOver: HandedOver, population: Population) {
  for (const agreement of agreements) {
    const { snapshot } = packageOf(handedOver, agreement.recipient)
    const expected = receivedRows(agreement, population, handedOver.day as Day)
    for (const [dataset, rows] of Object.entries(expected) as [DatasetName, readonly Row[]][]) {
      const { key } = datasetNamed(dataset)
      expect(byKey(key, await rowsIn(snapshot, dataset))).toEqual(byKey(key, rows))
    }
  }
}

/**
 * What each recipient held, with the change set applied, is what it holds now; and the change set says nothing else. A row that went
 * to another province left the one and came into the other.
 */
async function expectChanges(before: HandedOver, now: HandedOver) {
  for (const { recipient, datasets } of agreements) {
    const { changes, snapshot } = packageOf(now, recipient)
    if (!changes) throw new Error(`nothing leads ${recipient} from ${before.sequence} to ${now.sequence}`)
    for (const dataset of Object.keys(datasets) as DatasetName[]) {
      const key = [...datasetNamed(dataset).key, 'province_code']
      const held = byKey(key, await rowsIn(packageOf(before, recipient).snapshot, dataset))
      for (const { [changeColumn]: type, ...row } of await rowsIn(changes, dataset)) {
        const had = held.get(keyText(key, row))
        expect(type).toBe(!had ? 'insert' : isOnlyKey(row, key) ? 'delete' : 'update_postimage')
        expect(had).not.toEqual(row)
        if (type === 'delete') held.delete(keyText(key, row))
        else held.set(keyText(key, row), row)
      }
      expect(held).toEqual(byKey(key, await rowsIn(snapshot, dataset)))
    }
  }
}

function isOnlyKey(row: Row, key: readonly string[]): boolean {
  return Object.entries(row).every(([column, value]) => value === null || key.includes(column))
}

function byKey(key: readonly string[], rows: readonly Row[]): Map<string, Row> {
  const keyed = new Map(rows.map(row => [keyText(key, row), row]))
  expect(keyed.size).toBe(rows.length)
  return keyed
}

function keyText(key: readonly string[], row: Row): string {
  return JSON.stringify(key.map(column => row[column]))
}
