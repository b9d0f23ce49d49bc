import { lookupDays } from '../../lambdas/checkin/lookups/lookups-table.ts'
import type { Agreement } from '../../lambdas/handover/agreement.ts'
import { nextDue } from '../../lambdas/handover/latest.ts'
import { itemKinds } from '../../lambdas/registry/items.ts'
import { wholeCpuMb } from '../../lib/function-sizes.ts'
import { allowanceReadUnits, allowanceWrites, checksPerPerson, exportMinutes } from './assumed.ts'
import { partBytesOf, rowsIn, sum } from './child-load.ts'
import { type HandoverPlan, transitions } from './handover-plan.ts'
import { itemBytes, lookupBytes, mergedPartShare } from './measured.ts'
import { type Price, priceOf } from './prices.ts'

export interface CostLine {
  readonly line: string
  /** In the price's unit. */
  readonly quantity: number
  readonly per: string
  readonly usd: number
  readonly confirmed: boolean
}

/** One month of 30 days. */
export interface MonthCost {
  readonly fulls: number
  readonly deltas: number
  readonly lines: readonly CostLine[]
  readonly usd: number
}

export interface MonthPlans {
  readonly full: HandoverPlan
  readonly delta: HandoverPlan
  readonly agreements: readonly Agreement[]
}

const gigabyte = 1e9
const thousand = 1_000
const million = 1_000_000

/** What the platform costs in a month, line by line. The one machine hands over to everybody, as often as the most frequent agreement asks. */
export function monthCost({ full, delta, agreements }: MonthPlans): MonthCost {
  const { fulls, deltas } = runsIn(agreements)
  const each = (of: (plan: HandoverPlan) => number) => fulls * of(full) + deltas * of(delta)
  const { items, people } = full.size
  const stored = sum(itemKinds, kind => items[kind] * (itemBytes[kind].stored + indexBytes)) / gigabyte
  const checks = people * checksPerPerson
  const lookedUp = (checks * (lookupDays / 30) * (lookupBytes + indexBytes)) / gigabyte
  const lines = [
    line('Registry: storage', 'dynamodb-storage', stored),
    line('Registry: recovery to any second of 35 days', 'dynamodb-recovery', stored),
    line('Full exports', 'dynamodb-export', (fulls * full.billedBytes) / gigabyte),
    line('Exports of what changed, both images', 'dynamodb-export', (deltas * delta.billedBytes) / gigabyte),
    line('Registry: changes taken in', 'dynamodb-write', (30 * changedUnits(delta)) / million),
    line('Handover: functions', 'lambda-compute', each(computeOf)),
    line('Handover: calls of functions', 'lambda-request', each(callsOf) / million),
    line(
      'Handover: state transitions',
      'step-functions-transition',
      each(plan => transitions(plan, pollsOf(plan))) / thousand,
    ),
    line('Handover: puts', 's3-put', each(({ steps }) => sum(steps, ({ puts }) => puts)) / thousand),
    line('Handover: gets', 's3-get', each(({ steps }) => sum(steps, ({ gets }) => gets)) / thousand),
    line('Exports, kept 7 days', 's3-storage', (each(({ exportBytes }) => exportBytes) * 7) / 30 / gigabyte),
    line('Parts and what is on the way, kept 8 days', 's3-storage', (each(workBytesOf) * 8) / 30 / gigabyte),
    ...agreements.map(({ recipient, retentionDays }) =>
      line(
        `Published to ${recipient}, kept ${retentionDays} days`,
        's3-storage',
        (each(plan => publishedBytesOf(plan, recipient)) * retentionDays) / 30 / gigabyte,
      ),
    ),
    line(
      'Fetched by every recipient once, over the internet',
      'transfer-out',
      sum(agreements, ({ recipient }) => each(plan => publishedBytesOf(plan, recipient))) / gigabyte,
    ),
    line('Desk: requests', 'api-request', checks / million),
    line('Desk: firewall', 'waf-request', checks / million),
    line('Desk: functions', 'lambda-compute', (checks * deskSeconds * deployed.deskMb) / 1024),
    line('Desk: calls of functions', 'lambda-request', checks / million),
    line('Desk: reads of number and person', 'dynamodb-read', (2 * checks) / million),
    line('Desk: audit of every look', 'dynamodb-write', checks / million),
    line('Desk: allowance of facility, account and officer', 'dynamodb-write', (allowanceWrites * checks) / million),
    line('Desk: reads of the allowance', 'dynamodb-read', (allowanceReadUnits * checks) / million),
    line(`Desk: lookups, kept ${lookupDays} days`, 'dynamodb-storage', lookedUp),
    line('Desk: recovery of lookups', 'dynamodb-recovery', lookedUp),
    line('Desk: exports of lookups, to be sealed', 'dynamodb-export', (checks * lookupBytes) / gigabyte),
    line('Desk: logs', 'cloudwatch-logs', (checks * logBytes) / gigabyte),
    line('Keys', 'kms-key', deployed.keys),
    line('Alarms', 'cloudwatch-alarm', deployed.alarmMetrics),
  ]
  return { fulls, deltas, lines, usd: sum(lines, ({ usd }) => usd) }
}

/** Handovers in 30 days, at the shortest cadence that an agreement names. */
export function runsIn(agreements: readonly Agreement[]): { readonly fulls: number; readonly deltas: number } {
  const often = (cadences: readonly string[]) => Math.round(30 / Math.min(30, ...cadences.map(days)))
  const deltas = agreements.flatMap(({ cadence }) => cadence.delta ?? [])
  return { fulls: often(agreements.map(({ cadence }) => cadence.full)), deltas: deltas.length ? often(deltas) : 0 }
}

function days(cadence: string): number {
  const from = new Date('2026-01-01T00:00:00Z')
  return (nextDue(from, cadence).getTime() - from.getTime()) / 86_400_000
}

function line(text: string, code: string, quantity: number): CostLine {
  const { usd, per, confirmed }: Price = priceOf(code)
  return { line: text, quantity, per, usd: usd * quantity, confirmed }
}

/** GB-seconds. */
function computeOf({ steps }: HandoverPlan): number {
  return (sum(steps, ({ totalSeconds }) => totalSeconds) * wholeCpuMb) / 1024
}

function callsOf(plan: HandoverPlan): number {
  return sum(plan.steps, ({ children }) => children) + pollsOf(plan)
}

/** The machine asks every half minute. */
export function pollsOf({ mode }: Pick<HandoverPlan, 'mode'>): number {
  return 2 * exportMinutes[mode]
}

function workBytesOf({ mode, size, finalFiles, changeBytes }: HandoverPlan): number {
  const parts = partBytesOf(rowsIn(size.places)) * (mode === 'full' ? 1 : mergedPartShare)
  return parts + sum(finalFiles, ({ bytes }) => bytes) + changeBytes
}

function publishedBytesOf({ finalFiles, changeBytes }: HandoverPlan, recipient: string): number {
  const all = sum(finalFiles, ({ bytes }) => bytes)
  const own = sum(
    finalFiles.filter(file => file.recipient === recipient),
    ({ bytes }) => bytes,
  )
  return own + (changeBytes * own) / all
}

/** Write request units of a day's changes, each item in the table and in its index: a unit a KiB. */
function changedUnits({ exported }: HandoverPlan): number {
  return sum(itemKinds, kind => exported[kind] * 2 * Math.ceil(itemBytes[kind].stored / 1024))
}

/** DynamoDB adds so many bytes to every stored item (Amazon DynamoDB Developer Guide, item sizes). */
const indexBytes = 100
/** Of one check, and bytes of its line of log. */
const deskSeconds = 0.015
const logBytes = 1_000
/** As the stacks have it: memory of the functions of the desk, keys, and metrics of all alarms, each of which is billed. */
export const deployed = { deskMb: wholeCpuMb, keys: 10, alarmMetrics: 60 } as const
