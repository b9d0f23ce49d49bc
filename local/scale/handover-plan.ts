import type { Agreement } from '../../lambdas/handover/agreement.ts'
import { parsedAggregates } from '../../lambdas/handover/agreement.ts'
import { type Comparison, type Merge, planMerges, planUnits, type Unit } from '../../lambdas/handover/compact/plan.ts'
import { type Aggregate, aggregates, type PartKind, partKinds, partsOf } from '../../lambdas/handover/convert/parts.ts'
import type { PartRows, PlaceCount } from '../../lambdas/handover/convert/place-count.ts'
import { unitRows as mostUnitRows } from '../../lambdas/handover/engine/lambda-limits.ts'
import { bucketItems, mergeBytes } from '../../lambdas/handover/export/check-source-job.ts'
import { type ItemKind, itemKinds } from '../../lambdas/registry/items.ts'
import { provinceCodes } from '../../lambdas/registry/provinces.ts'
import { byStep, type HandoverStep, handoverDefinition } from '../../lib/handover-machine.ts'
import * as assumed from './assumed.ts'
import {
  chunksOf,
  compactLoad,
  compareLoad,
  convertLoad,
  exportBytes,
  type FinalFileSize,
  finalFilesOf,
  type Load,
  matchLoad,
  mergeLoad,
  ofAggregate,
  type PartsLayout,
  partBytesOf,
  placeLoad,
  rowsIn,
  sum,
} from './child-load.ts'
import { itemBytes, mergedPartShare, placeCountBytes } from './measured.ts'
import { type NationSize, nationSize, selectedOf } from './nation-size.ts'

export interface PlanOptions {
  readonly people: number
  readonly mode: 'full' | 'delta'
  readonly agreements: readonly Agreement[]
  /** Bytes of items, as stored, in a data file. */
  readonly dataFileBytes?: number
  readonly unitRows?: number
}

/** A handover of a nation, worked out: what each step does at most, before anything was run. */
export interface HandoverPlan {
  readonly mode: 'full' | 'delta'
  readonly size: NationSize
  /** Items in the export: of a delta those that changed. */
  readonly exported: Readonly<Record<ItemKind, number>>
  /** Bytes of items that the export is billed for; of a delta both images. */
  readonly billedBytes: number
  readonly exportBytes: number
  readonly dataFiles: number
  readonly buckets: number
  readonly merges: readonly Merge[]
  readonly units: readonly UnitPlan[]
  readonly comparisons: readonly Comparison[]
  readonly finalFiles: readonly FinalFileSize[]
  readonly changeBytes: number
  readonly steps: readonly StepPlan[]
}

export interface UnitPlan {
  readonly unit: Unit
  readonly rows: PartRows
  readonly load: Load
}

export interface StepPlan {
  readonly step: HandoverStep
  readonly children: number
  /** How many of them run at once. */
  readonly atOnce: number
  /** Of the child that takes longest, and of all of them one after the other. */
  readonly longestSeconds: number
  readonly totalSeconds: number
  readonly scratchBytes: number
  readonly puts: number
  readonly gets: number
}

export function planHandover({
  people,
  mode,
  agreements,
  dataFileBytes = assumed.dataFileBytes,
  unitRows = mostUnitRows,
}: PlanOptions): HandoverPlan {
  const size = nationSize(people)
  const changedShare = mode === 'full' ? 1 : assumed.dailyChangeShare
  const exported = byKind(kind => Math.ceil(size.items[kind] * changedShare))
  const images = mode === 'full' ? 1 : 2
  const billedBytes = images * sum(itemKinds, kind => exported[kind] * itemBytes[kind].stored)
  const dataFiles = Math.max(1, Math.ceil(billedBytes / dataFileBytes))
  const buckets = Math.max(1, Math.ceil(sum(itemKinds, kind => size.items[kind]) / bucketItems))
  const layout = layoutOf(mode, size, dataFilesOf(size, dataFileBytes))
  const inProvince = byProvince(size)

  const merges =
    mode === 'full'
      ? []
      : planMerges(
          parsedAggregates(agreements),
          (aggregate, province) => partBytesOf(ofAggregate(aggregate, inProvince(province))),
          mergeBytes,
        )
  const units = planUnits(Object.values(selectedOf(size, agreements)).flat(), unitRows).map((unit): UnitPlan => {
    const rows = ofAggregate(unit.aggregate, rowsIn(placesOf(unit, size.places)))
    const province = ofAggregate(unit.aggregate, inProvince(unit.province))
    return { unit, rows, load: compactLoad(unit, { unitRows: rows, province }, { agreements, layout }) }
  })
  const finalFiles = units.flatMap(({ unit, rows }) => finalFilesOf(unit, rows, agreements))
  const plan = {
    mode,
    size,
    exported,
    billedBytes,
    exportBytes: images * exportBytes(exported),
    dataFiles,
    buckets,
    merges,
    units,
    comparisons: comparisonsOf(finalFiles),
    finalFiles,
    changeBytes: Math.round(sum(finalFiles, ({ bytes }) => bytes) * assumed.dailyChangeShare),
  }
  return { ...plan, steps: [...readingSteps(plan, layout, agreements), ...publishingSteps(plan, agreements)] }
}

type Planned = Omit<HandoverPlan, 'steps'>

/** From the start to the comparison: the steps whose children read items or rows. */
function readingSteps(planned: Planned, layout: PartsLayout, agreements: readonly Agreement[]): readonly StepPlan[] {
  const { mode, size, exported, dataFiles, buckets, merges, units, comparisons } = planned
  const [full, changedShare] = [mode === 'full', assumed.dailyChangeShare]
  const perFile = (full ? 1 : 2) / dataFiles
  const items = byKind(kind => exported[kind] * perFile)
  const rows = rowShare(rowsIn(size.places), full ? perFile : perFile * changedShare)
  const inProvince = byProvince(size)
  const outcomes = full ? dataFiles : merges.length
  return [
    step('start', [small()]),
    step('check-source', [small({ gets: 2 + (full ? 0 : listings(layout)) })]),
    step('convert', repeated(convertLoad(items, rows, full ? buckets : 0), dataFiles)),
    step(
      'merge',
      merges.map(merge => mergeLoad(merge, inProvince, { layout, changedShare, buckets })),
    ),
    step('match', repeated(matchLoad(size.items, buckets, outcomes), buckets)),
    step('plan', [planLoad(size, agreements, outcomes)]),
    step(
      'compact',
      units.map(({ load }) => load),
    ),
    step(
      'compare',
      comparisons.map(comparison => {
        const rows = sum(comparison.earlier, ({ rows }) => rows)
        return compareLoad(comparison, rows, changedShare)
      }),
    ),
  ]
}

/** From the reconciliation to the notices: the steps that go by files. */
function publishingSteps(
  { units, comparisons, finalFiles, changeBytes }: Planned,
  agreements: readonly Agreement[],
): readonly StepPlan[] {
  const changes = placeLoad(changeBytes / Math.max(1, comparisons.length))
  const filesOf = (recipient: string) =>
    [...finalFiles, ...comparisons].filter(file => file.recipient === recipient).length
  return [
    step('reconcile', [small({ gets: units.length + comparisons.length, puts: 2 + agreements.length })]),
    step('place', [
      ...finalFiles.map(({ bytes }) => placeLoad(bytes)),
      ...repeated(changes, comparisons.length),
      // Both forms of each package carry its exceptions
      ...repeated(placeLoad(exceptionsBytes), 2 * agreements.length),
    ]),
    step(
      'publish',
      agreements.map(({ recipient }) => small({ puts: 2 * filesOf(recipient) + 10, gets: 10 })),
    ),
    step('notify', [small()]),
  ]
}

/**
 * Seconds from the export's end to the notices at most, every step one after the other. Children that wait for their turn cannot make a
 * step longer than an even share and all but one share of the longest child together (Graham 1966).
 */
export function wallSeconds({ steps }: Pick<HandoverPlan, 'steps'>): number {
  return sum(steps, ({ children, atOnce, longestSeconds, totalSeconds }) =>
    children > atOnce ? totalSeconds / atOnce + (1 - 1 / atOnce) * longestSeconds : longestSeconds,
  )
}

/** State transitions: a state entered in the machine or a child, and the start of each. */
export function transitions({ steps }: Pick<HandoverPlan, 'steps'>, polls: number): number {
  const children = sum(
    steps.filter(({ step }) => distributed.has(step)),
    ({ children }) => children,
  )
  const published = steps.find(({ step }) => step === 'publish')?.children ?? 0
  return 1 + Object.keys(machine).length - notTaken + 3 * polls + published + 2 * children
}

const machine = handoverDefinition({ functions: byStep(step => step), workBucket: 'work' }).States
/** `Abandon` and `Abandoned` are for a failure, and `WaitForExport` is among the polls. */
const notTaken = 3

const concurrency: Readonly<Partial<Record<HandoverStep, number>>> = {
  convert: machine.Convert.MaxConcurrency,
  merge: machine.Merge.MaxConcurrency,
  match: machine.Match.MaxConcurrency,
  compact: machine.Compact.MaxConcurrency,
  compare: machine.Compare.MaxConcurrency,
  place: machine.Place.MaxConcurrency,
}
const distributed = new Set(Object.keys(concurrency) as HandoverStep[])

function step(name: HandoverStep, loads: readonly Load[]): StepPlan {
  return {
    step: name,
    children: loads.length,
    atOnce: Math.min(concurrency[name] ?? 1, assumed.accountConcurrency),
    longestSeconds: most(loads, ({ seconds }) => seconds),
    totalSeconds: sum(loads, ({ seconds }) => seconds),
    scratchBytes: most(loads, ({ scratchBytes }) => scratchBytes),
    puts: sum(loads, ({ puts }) => puts),
    gets: sum(loads, ({ gets }) => gets),
  }
}

function small({ puts = 5, gets = 5 }: Partial<Pick<Load, 'puts' | 'gets'>> = {}): Load {
  const waiting = ((puts + gets) * assumed.requestSeconds) / assumed.requestsAtOnce
  return { seconds: assumed.smallStepSeconds + waiting, scratchBytes: 0, puts, gets }
}

/** A small file, when next to nobody is left out. */
const exceptionsBytes = 4_000

/** It reads what every data file, or every merge, counted in every place for every recipient. */
function planLoad(size: NationSize, agreements: readonly Agreement[], outcomes: number): Load {
  const load = small({ gets: outcomes + agreements.length + 5 })
  const bytes = outcomes * agreements.length * size.places.length * placeCountBytes
  return { ...load, seconds: load.seconds + bytes / assumed.jsonBytesPerSecond }
}

/** A nation that was handed over once: every recipient has had the same files before. */
function comparisonsOf(files: readonly FinalFileSize[]): readonly Comparison[] {
  const groups = Map.groupBy(files, ({ recipient, dataset, province }) => `${recipient} ${dataset} ${province}`)
  return [...groups.values()].map(of => {
    const [{ recipient, dataset, province }] = of as [FinalFileSize]
    const earlier = of.map(({ rows }, at) => ({ path: partName(dataset, province, at), rows, hash: hashText }))
    return { recipient, dataset, province, earlier }
  })
}

/** As long as the real ones. */
function partName(dataset: string, province: string, at: number): string {
  return `${dataset}/province=${province}/part-${String(at).padStart(5, '0')}-00000000.parquet`
}
const hashText = `sha256:${'0'.repeat(64)}`

function placesOf({ aggregate, province, places: [from, to] }: Unit, places: readonly PlaceCount[]) {
  return places.filter(
    count => count.aggregate === aggregate && count.province === province && count.place >= from && count.place <= to,
  )
}

function byProvince({ places }: NationSize): (province: string) => PartRows {
  const provinces = Map.groupBy(places, ({ province }) => province)
  return province => rowsIn(provinces.get(province) ?? [])
}

/** Data files of a full export. */
function dataFilesOf(size: NationSize, dataFileBytes: number): number {
  return Math.max(1, Math.ceil(sum(itemKinds, kind => size.items[kind] * itemBytes[kind].stored) / dataFileBytes))
}

/** A full handover compacts parts that were just converted; a delta what it merged of those of the full one before it. */
function layoutOf(mode: 'full' | 'delta', size: NationSize, dataFiles: number): PartsLayout {
  const chunks = chunksOf(byKind(kind => size.items[kind] / dataFiles))
  const files = (kind: PartKind) => {
    const aggregate = aggregates.find(aggregate => partsOf[aggregate].includes(kind)) as Aggregate
    return dataFiles * chunks[aggregate]
  }
  return { filesPerProvince: files, share: mode === 'full' ? 1 : mergedPartShare }
}

/** Lists of a thousand that name every earlier part. */
function listings({ filesPerProvince }: PartsLayout): number {
  return sum(partKinds, kind => provinceCodes.length * Math.ceil(filesPerProvince(kind) / 1000))
}

function byKind(of: (kind: ItemKind) => number): Record<ItemKind, number> {
  return Object.fromEntries(itemKinds.map(kind => [kind, of(kind)])) as Record<ItemKind, number>
}

function rowShare(rows: PartRows, share: number): PartRows {
  return Object.fromEntries(Object.entries(rows).map(([kind, count]) => [kind, (count ?? 0) * share]))
}

function repeated(load: Load, times: number): readonly Load[] {
  return Array.from({ length: times }, () => load)
}

function most(loads: readonly Load[], of: (load: Load) => number): number {
  return Math.max(0, ...loads.map(of))
}
