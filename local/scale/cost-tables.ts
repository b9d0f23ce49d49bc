import type { ProvinceCode } from '../../lambdas/registry/provinces.ts'
import { provinceName } from '../../lambdas/registry/provinces.ts'
import * as assumed from './assumed.ts'
import type { CostReport, PlanReport } from './cost-report.ts'
import { limits } from './plan-limits.ts'

export interface Table {
  readonly title: string
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** What people read of a report: in the terminal, and in docs/scale.md. */
export function costTables(report: CostReport): readonly Table[] {
  const { full, delta } = report
  return [
    { title: 'A month · Chi phí một tháng', header: ['line', 'quantity', 'US dollars'], rows: [...costRows(report)] },
    {
      title: 'One handover · Một lần bàn giao',
      header: ['', 'full', 'delta'],
      rows: overview.map(([name, of]) => [name, of(full), of(delta)]),
    },
    ...(['full', 'delta'] as const).map(mode => ({
      title:
        mode === 'full'
          ? 'A full handover, step by step · Bàn giao toàn bộ, từng bước'
          : 'A delta, step by step · Bàn giao thay đổi, từng bước',
      header: ['step', 'children', 'at once', 'longest, s', 'all together, s', 'disk, MB', 'puts', 'gets'],
      rows: report[mode].steps.map(stepRow),
    })),
    {
      title: 'How near to the limits · Khoảng cách tới giới hạn',
      header: ['limit', 'most', 'full', 'delta', 'whose limit'],
      rows: full.limits.map(({ limit, most, value }, at) => [
        limits[limit].en,
        whole(most),
        whole(value),
        whole(delta.limits[at]?.value ?? 0),
        limits[limit].whose,
      ]),
    },
    { title: 'Taken for granted · Giả định', header: ['what', 'value'], rows: assumptions },
  ]
}

export function headline({
  people,
  usd,
  unconfirmedUsd,
  month,
  pricesAsOf,
  largestProvince,
  largestDataFileBytes,
}: CostReport): readonly string[] {
  const { province, scratchBytes, people: most, units } = largestProvince
  return [
    `${whole(people)} people: ${dollars(usd)} US dollars a month, ${dollars(unconfirmedUsd)} of it at prices that are not confirmed (prices of ${pricesAsOf}, Singapore).`,
    `${month.fulls} full handover and ${month.deltas} deltas in 30 days.`,
    `The largest province is ${provinceName(province as ProvinceCode)}: ${whole(most)} people in ${units} units, at most ${megabytes(scratchBytes)} MB on one disk.`,
    `One data file of an export may hold ${gigabytes(largestDataFileBytes)} GB of items before the function that converts it is out of time or disk; a partition of DynamoDB’s holds 10.`,
  ]
}

function costRows({ lines, usd }: CostReport): readonly (readonly string[])[] {
  return [
    ...lines.map(({ line, quantity, per, usd, confirmed }) => [
      line,
      `${whole(quantity, quantity < 100 ? 2 : 0)} ${per}`,
      `${dollars(usd)}${confirmed ? '' : ' *'}`,
    ]),
    ['all', '* at a price that is not confirmed', dollars(usd)],
  ]
}

const overview: readonly (readonly [string, (plan: PlanReport) => string])[] = [
  ['items exported', ({ items }) => whole(items)],
  ['bytes that DynamoDB bills, GB', ({ billedBytes }) => gigabytes(billedBytes)],
  ['bytes of the export, GB', ({ exportBytes }) => gigabytes(exportBytes)],
  ['data files', ({ dataFiles }) => whole(dataFiles)],
  ['merges', ({ merges }) => whole(merges)],
  ['buckets of keys', ({ buckets }) => whole(buckets)],
  ['units', ({ units }) => whole(units)],
  ['comparisons', ({ comparisons }) => whole(comparisons)],
  ['final files, all recipients', ({ finalFiles }) => whole(finalFiles)],
  ['bytes of final files, GB', ({ finalBytes }) => gigabytes(finalBytes)],
  ['state transitions', ({ stateTransitions }) => whole(stateTransitions)],
  ['minutes after the export, at most', ({ wallSeconds }) => (wallSeconds / 60).toFixed(1)],
]

function stepRow(step: PlanReport['steps'][number]): readonly string[] {
  const { children, atOnce, longestSeconds, totalSeconds, scratchBytes, puts, gets } = step
  return [
    step.step,
    ...[children, atOnce, longestSeconds, totalSeconds].map(count => whole(count)),
    megabytes(scratchBytes),
    whole(puts),
    whole(gets),
  ]
}

const assumptions = [
  ['Bytes of items in a data file of an export, MB', megabytes(assumed.dataFileBytes)],
  ['A Lambda’s CPU beside a core of the machine that was measured', String(assumed.lambdaCpu)],
  ['Bytes to or from S3 in a second, MB', megabytes(assumed.transferBytesPerSecond)],
  ['Seconds from a request to S3 to its answer', String(assumed.requestSeconds)],
  ['Items that change in a day, share', String(assumed.dailyChangeShare)],
  ['Card checks in a month for each person', String(assumed.checksPerPerson)],
  ['Writes of the allowance for each check', String(assumed.allowanceWrites)],
  ['Units of reading the allowance for each check', String(assumed.allowanceReadUnits)],
  ['Minutes of a full export, and of a delta’s', `${assumed.exportMinutes.full}, ${assumed.exportMinutes.delta}`],
] as const

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(1)
}

function megabytes(bytes: number): string {
  return whole(bytes / 1e6)
}

function dollars(usd: number): string {
  return usd.toFixed(2)
}

function whole(number: number, digits = 0): string {
  return number.toLocaleString('en', { maximumFractionDigits: digits })
}
