import { hash } from 'node:crypto'
import { agreements } from '../../lambdas/handover/agreements.ts'
import type { CompactOutcome } from '../../lambdas/handover/compact/compact-job.ts'
import type { PlacedChanges, PlacedFile } from '../../lambdas/handover/compact/placed-file.ts'
import type { Comparison, Merge, Unit } from '../../lambdas/handover/compact/plan.ts'
import { planJob } from '../../lambdas/handover/compact/plan-job.ts'
import { type FinalObject, reconcileJob } from '../../lambdas/handover/compact/reconcile-job.ts'
import type { Selected } from '../../lambdas/handover/compact/tally.ts'
import type { ConvertOutcome } from '../../lambdas/handover/convert/convert-job.ts'
import type { Matched } from '../../lambdas/handover/convert/match-engine.ts'
import type { PartKind } from '../../lambdas/handover/convert/parts.ts'
import type { PartRows, PlaceCount } from '../../lambdas/handover/convert/place-count.ts'
import { unitRows as mostUnitRows } from '../../lambdas/handover/engine/lambda-limits.ts'
import { checkSourceJob } from '../../lambdas/handover/export/check-source-job.ts'
import type { TableExport } from '../../lambdas/handover/export/export-client.ts'
import { exportJob } from '../../lambdas/handover/export/export-job.ts'
import type { ExportedFile } from '../../lambdas/handover/export/export-manifest.ts'
import { startJob } from '../../lambdas/handover/export/start-job.ts'
import type { ExportWindow } from '../../lambdas/handover/handover.ts'
import { sequenceText } from '../../lambdas/handover/manifest.ts'
import type { Notice } from '../../lambdas/handover/notice.ts'
import { abandonJob } from '../../lambdas/handover/publish/abandon-job.ts'
import { notifyJob } from '../../lambdas/handover/publish/notify-job.ts'
import { publishJob } from '../../lambdas/handover/publish/publish-job.ts'
import { sha256Hex } from '../../lambdas/handover/schemas.ts'
import { workKeys } from '../../lambdas/handover/work-keys.ts'
import { getJson, putJson } from '../../lambdas/handover/work-steps.ts'
import type { LockingStore } from '../../lambdas/shared/object-store.ts'
import { byStep, type HandoverStep, handoverDefinition } from '../../lib/handover-machine.ts'
import { dailyChangeShare } from '../../local/scale/assumed.ts'
import { finalFilesOf, type Load, partBytesOf, rowsIn } from '../../local/scale/child-load.ts'
import { type HandoverPlan, type PlanOptions, planHandover } from '../../local/scale/handover-plan.ts'
import { selectedOf } from '../../local/scale/nation-size.ts'
import { limitFault } from '../../local/scale/plan-limits.ts'
import type { LambdaHandler } from '../../local/stack/lambda.ts'
import { runMachine } from '../../local/state-machine/state-machine.ts'
import { UsageCounter } from '../../local/state-machine/usage.ts'
import { signer } from '../handover/convert/conversion.ts'
import { aLedger } from '../handover/scene.ts'
import { folder } from '../local/service.ts'
import { memoryStore } from './memory-store.ts'

/*
 * The state machine as it is deployed, over manifests of a nation's shape: counts, and no data. The steps that reckon are the real ones;
 * those that read or write rows stand in for them, leave outcomes of the shape and size that the real ones would, and fail where the
 * plan says that a function of AWS would.
 */

export type Functions = Readonly<Record<HandoverStep, LambdaHandler>>

export interface Nation {
  readonly handOver: (mode: 'full' | 'delta', change?: (functions: Functions) => Partial<Functions>) => Promise<Run>
}

export interface Run {
  readonly outcome: Awaited<ReturnType<typeof runMachine>>
  readonly usage: UsageCounter
  readonly plan: HandoverPlan
  readonly notices: readonly Notice[]
}

/** A nation whose handovers can be run one after the other, an hour and then a day apart. */
export async function aNation(options: Omit<PlanOptions, 'mode' | 'agreements'>): Promise<Nation> {
  const plans = {
    full: planHandover({ ...options, mode: 'full', agreements }),
    delta: planHandover({ ...options, mode: 'delta', agreements }),
  }
  const [exports, published] = [memoryStore(), memoryStore()]
  const work = withParts(memoryStore(), plans.full)
  const [ledger, dir] = [await aLedger(), await folder()]
  let now = new Date('2026-11-01T01:00:00Z')
  let executions = 0
  return {
    async handOver(mode, change = () => ({})) {
      const plan = plans[mode]
      const notices: Notice[] = []
      const clock = () => now
      const recovery = { earliest: async () => new Date(0) }
      const usage = new UsageCounter()
      const outbox = {
        work,
        published,
        ledger,
        bucket: 'handover',
        clock,
        notices: { send: async (notice: Notice) => void notices.push(notice) },
      }
      const standIns = standInsFor(plan, { work, published })
      const functions: Functions = {
        start: startJob({ ledger, recovery, work, agreements, clock, cutLagSeconds: 300, leastWindowSeconds: 900 }),
        export: exportJob({ ledger, work, tableExport: tableExport(plan, exports), clock }),
        'check-source': checkSourceJob({ ledger, clock, exports, work }),
        ...standIns,
        plan: planJob({ ledger, clock, work, published, unitRows: options.unitRows ?? mostUnitRows }),
        reconcile: reconcileJob({ ledger, clock, work, dir }),
        publish: publishJob({ work, published, ledger, signer, clock }),
        notify: notifyJob(outbox),
        abandon: abandonJob(outbox),
      }
      const machine = {
        definition: handoverDefinition({ functions: byStep(step => step), workBucket: 'work' }),
        functions: { ...functions, ...change(functions) },
        readItems: async function* ({ key }: { readonly key: string }) {
          yield* await getJson<readonly unknown[]>(work, key)
        },
        clock,
        usage,
      }
      const outcome = await runMachine(machine, { mode }, { executionName: `nation-${++executions}` })
      now = new Date(now.getTime() + 86_400_000)
      return { outcome, usage, plan, notices }
    },
  }
}

/** Parts are counts as well: one for each kind and province, as large as all of them together. */
function withParts(store: LockingStore, { size }: HandoverPlan): LockingStore {
  return {
    ...store,
    async list(prefix) {
      const [, kind, of] = /\/parts\/([a-z]+)\/province=([0-9]{2})\/$/.exec(prefix) ?? []
      if (kind === undefined) return store.list(prefix)
      const rows = rowsIn(size.places.filter(({ province }) => province === of))
      return [{ key: `${prefix}0.parquet`, bytes: partBytesOf({ [kind]: rows[kind as PartKind] }) }]
    },
  }
}

type Stores = Readonly<Record<'work' | 'published', LockingStore>>
type StandIns = Pick<Functions, 'convert' | 'merge' | 'match' | 'compact' | 'compare' | 'place'>

function standInsFor(plan: HandoverPlan, { work, published }: Stores): StandIns {
  const { size, units } = plan
  const once = <Value>(make: () => Value) => {
    let made: Value | undefined
    return () => (made ??= make())
  }
  const outcomes = once(() => outcomesOf(plan))
  const load = (step: HandoverStep) => {
    const { longestSeconds, scratchBytes } = plan.steps.find(
      planned => planned.step === step,
    ) as HandoverPlan['steps'][number]
    stopAtLimits(step, { seconds: longestSeconds, scratchBytes })
  }
  return {
    async convert({ sequence, dataFile }: { sequence: number; dataFile: ExportedFile }) {
      load('convert')
      await work.put(workKeys(sequence).converted(dataFile.name), outcomes()[fileNumber(dataFile)] as Uint8Array)
    },
    async merge({ sequence, merge }: { sequence: number; merge: Merge }) {
      load('merge')
      const places = size.places.filter(
        ({ aggregate, province }) => aggregate === merge.aggregate && merge.provinces.includes(province),
      )
      await putJson(work, workKeys(sequence).merged(merge), selectedOf({ ...size, places }, agreements))
    },
    async match({ sequence, bucket }: { sequence: number; bucket: number }) {
      load('match')
      await putJson(work, workKeys(sequence).matched(bucket), {
        absent: [],
        moving: 1,
        headAbsent: 0,
      } satisfies Matched)
    },
    async compact({ sequence, unit }: { sequence: number; unit: Unit }) {
      const planned = units.find(
        ({ unit: { aggregate, province, number } }) =>
          aggregate === unit.aggregate && province === unit.province && number === unit.number,
      )
      if (!planned) throw new Error(`no unit ${unit.aggregate} ${unit.province} ${unit.number} was planned`)
      const files = finalFilesOf(unit, planned.rows, agreements)
      stopAtLimits('compact', planned.load, planned.rows, Math.max(0, ...files.map(({ bytes }) => bytes)))
      const placed = files.map((file): PlacedFile => ({ ...file, ...named(file, unit.number, sequence) }))
      await putJson(work, workKeys(sequence).compacted(unit), { files: placed, excepted: {} } satisfies CompactOutcome)
    },
    async compare({ sequence, comparison }: { sequence: number; comparison: Comparison }) {
      load('compare')
      const { recipient, dataset, province, earlier } = comparison
      const rows = earlier.reduce((sum, { rows }) => sum + rows, 0)
      const updates = Math.ceil(rows * dailyChangeShare)
      const file = { recipient, dataset, province, rows: updates, bytes: updates * 40 }
      const changes: PlacedChanges = { ...file, ...named(file, 0, sequence), inserts: 0, updates, deletes: 0 }
      await putJson(work, workKeys(sequence).compared(comparison), [changes])
    },
    async place({ sequence, file }: { sequence: number; file: FinalObject }) {
      load('place')
      await published.put(`${file.recipient}/${file.form}/${sequenceText(sequence)}/${file.name}`, new Uint8Array())
    },
  } as StandIns
}

/** @throws as the function would end: out of time, or out of disk. */
function stopAtLimits(
  step: HandoverStep,
  { seconds, scratchBytes }: Pick<Load, 'seconds' | 'scratchBytes'>,
  rows: PartRows = {},
  fileBytes = 0,
) {
  const fault = limitFault({
    'step-seconds': seconds,
    'scratch-mb': scratchBytes / 2 ** 20,
    'unit-rows': Math.max(0, ...Object.values(rows).map(Number)),
    'file-bytes': fileBytes,
  })
  if (fault) throw Object.assign(new Error(`${step}: ${fault.value} of at most ${fault.most}`), { name: fault.limit })
}

function named(
  { dataset, province }: Pick<PlacedFile, 'dataset' | 'province'>,
  number: number,
  sequence: number,
): Pick<PlacedFile, 'name' | 'sha256'> {
  const sha256 = sha256Hex(`${dataset} ${province} ${number} ${sequence}`)
  const part = `part-${String(number).padStart(5, '0')}-${sha256.slice(0, 8)}.parquet`
  return { name: `${dataset}/province=${province}/${part}`, sha256 }
}

/** What each data file counts: everywhere the same share, since an export spreads items by their keys, and in the last one the rest. */
function outcomesOf({ mode, size, dataFiles, exported }: HandoverPlan): readonly Uint8Array[] {
  const share = (places: readonly PlaceCount[], of: (count: number) => number) =>
    places.map(place => ({
      ...place,
      rows: Object.fromEntries(Object.entries(place.rows).map(([kind, count]) => [kind, of(count ?? 0)])),
    }))
  const bytes = (of: (count: number) => number) => {
    const selected: Selected =
      mode === 'full' ? selectedOf({ ...size, places: share(size.places, of) }, agreements) : {}
    const items = Object.fromEntries(Object.entries(exported).map(([kind, count]) => [kind, of(count)]))
    return Buffer.from(JSON.stringify({ items, selected } as ConvertOutcome))
  }
  const each = (count: number) => Math.floor(count / dataFiles)
  const [usual, last] = [bytes(each), bytes(count => count - (dataFiles - 1) * each(count))]
  return Array.from({ length: dataFiles }, (_, file) => (file < dataFiles - 1 ? usual : last))
}

/** An export that is complete at the third question, with the manifests that DynamoDB would write. */
function tableExport(plan: HandoverPlan, exports: LockingStore): TableExport {
  let asked = 0
  return {
    async begin(what, token) {
      const id = token.slice(0, 40)
      await writeManifests(plan, exports, id, what)
      return `arn:aws:dynamodb:ap-southeast-1:000000000000:table/registry/export/${id}`
    },
    async state(arn) {
      const summaryKey = `AWSDynamoDB/${arn.slice(arn.lastIndexOf('/') + 1)}/manifest-summary.json`
      return ++asked < 3 ? { status: 'IN_PROGRESS' } : { status: 'COMPLETED', summaryKey }
    },
  }
}

async function writeManifests(
  { dataFiles, exported }: HandoverPlan,
  exports: LockingStore,
  id: string,
  what: Date | ExportWindow,
) {
  const folder = `AWSDynamoDB/${id}/`
  const itemCount = Object.values(exported).reduce((sum, count) => sum + count, 0)
  const each = Math.floor(itemCount / dataFiles)
  const lines = Array.from({ length: dataFiles }, (_, file) => ({
    itemCount: file < dataFiles - 1 ? each : itemCount - (dataFiles - 1) * each,
    md5Checksum: hash('md5', String(file), 'base64'),
    etag: `${hash('md5', String(file))}-1`,
    dataFileS3Key: `${folder}data/${String(file).padStart(26, 'a')}.json.gz`,
  }))
  const files = Buffer.from(`${lines.map(line => JSON.stringify(line)).join('\n')}\n`)
  const window =
    what instanceof Date
      ? { exportTime: what.toISOString() }
      : {
          exportType: 'INCREMENTAL_EXPORT',
          outputView: 'NEW_AND_OLD_IMAGES',
          exportFromTime: what.from,
          exportToTime: what.to,
        }
  const summary = {
    exportArn: id,
    manifestFilesS3Key: `${folder}manifest-files.json`,
    itemCount,
    outputFormat: 'DYNAMODB_JSON',
    ...window,
  }
  await exports.put(`${folder}manifest-files.json`, files)
  await exports.put(`${folder}manifest-files.md5`, Buffer.from(hash('md5', files, 'base64')))
  const text = Buffer.from(JSON.stringify(summary))
  await exports.put(`${folder}manifest-summary.md5`, Buffer.from(hash('md5', text, 'base64')))
  await exports.put(`${folder}manifest-summary.json`, text)
  for (const { dataFileS3Key } of lines) await exports.put(dataFileS3Key, new Uint8Array())
}

function fileNumber({ name }: ExportedFile): number {
  return Number(name.replaceAll('a', ''))
}
