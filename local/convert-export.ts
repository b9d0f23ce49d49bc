import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { type Agreement, parsedAggregates } from '../lambdas/handover/agreement.ts'
import {
  type ExportSummary,
  exportFolder,
  type FullSummary,
  type IncrementalSummary,
  isIncremental,
  readSummary,
  summaryName,
} from '../lambdas/handover/export/export-manifest.ts'
import { HandoverFault } from '../lambdas/handover/fault.ts'
import type { Handover } from '../lambdas/handover/handover.ts'
import type { Manifest } from '../lambdas/handover/manifest.ts'
import { dayInVietnam } from '../lambdas/registry/day.ts'
import { absentOnTheWay } from '../lambdas/shared/absent.ts'
import { folderStore } from './folder-store.ts'
import { makeFolder } from './make-folder.ts'
import { runHandoverSteps, type StepNeeds } from './run-steps.ts'

export interface ConvertExportOptions extends Omit<StepNeeds, 'exports' | 'work' | 'published' | 'dir' | 'prefixOf'> {
  /** Holds one export in DynamoDB's layout, at any depth; those that an incremental one follows lie beside it. */
  readonly exportDir: string
  /** Must be empty or absent. */
  readonly outDir: string
  readonly agreement: Agreement
}

/**
 * The engine's part of a handover, step by step as the state machine takes them, on folders: sequence 0, no predecessor. Of an
 * incremental export it makes the snapshot that results, from the exports beside it that lead there.
 */
export async function convertExport({
  exportDir,
  outDir,
  agreement,
  ...needs
}: ConvertExportOptions): Promise<Manifest> {
  const { root, full, incremental } = await findExports(exportDir)
  await makeFolder(dirname(outDir))
  const dir = await mkdtemp(`${outDir}.work-`)
  const [exports, work, published] = [folderStore(root), folderStore(dir), folderStore(outDir)]
  const handoverAt = (sequence: number, at: string, cut: Handover['cut']): Handover => ({
    sequence,
    asOf: at,
    asOfDay: dayInVietnam(new Date(at)),
    cut,
    agreements: [agreement],
    aggregates: parsedAggregates([agreement]),
    previous: {},
  })
  const whole = (sequence: number) => ({
    handover: handoverAt(sequence, full.summary.exportTime, { mode: 'full' }),
    summaryKeys: [full.key],
  })
  try {
    const stores = { exports, work, published, dir, prefixOf: () => '' }
    const last = incremental.at(-1)
    const windows = incremental.map(({ summary }) => ({ from: summary.exportFromTime, to: summary.exportToTime }))
    const { handover, summaryKeys } = last
      ? {
          handover: handoverAt(0, last.summary.exportToTime, { mode: 'delta', base: baseSequence, windows }),
          summaryKeys: incremental.map(({ key }) => key),
        }
      : whole(0)
    const base = last && whole(baseSequence)
    const made = await runHandoverSteps(handover, summaryKeys, { ...needs, ...stores }, base)
    return JSON.parse(made[agreement.recipient]?.snapshot.manifest ?? '') as Manifest
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** Of the full export below incremental ones: in the work folder alone. */
const baseSequence = 1

interface FoundExport<Summary extends ExportSummary = ExportSummary> {
  /** Of its summary, from the folder that stands for the bucket. */
  readonly key: string
  readonly summary: Summary
}

interface FoundExports {
  /** Stands for the bucket: keys in an export count from there. */
  readonly root: string
  readonly full: FoundExport<FullSummary>
  /** What follows it, window by window. */
  readonly incremental: readonly FoundExport<IncrementalSummary>[]
}

async function findExports(exportDir: string): Promise<FoundExports> {
  const found = await summariesBelow(exportDir)
  const [path, another] = found
  if (path === undefined) throw new HandoverFault('export-manifest', exportDir, `no ${summaryName} in it or below it`)
  if (another !== undefined)
    throw new HandoverFault('export-manifest', exportDir, `${found.length} exports below it, name one of them`)
  const absolute = resolve(exportDir, path).split(sep).join('/')
  const summary = readSummary(path, await readFile(absolute))
  const key = `${exportFolder(summary.manifestFilesS3Key)}${summaryName}`
  if (!absolute.endsWith(`/${key}`)) {
    throw new HandoverFault('export-manifest', path, `lies elsewhere than its own keys say; keep the folders of ${key}`)
  }
  const root = absolute.slice(0, -key.length)
  if (!isIncremental(summary)) return { root, full: { key, summary }, incremental: [] }
  return { root, ...(await leadingTo({ key, summary }, root)) }
}

/** Back from an incremental export, window by window, to the full one that the first of them follows. */
async function leadingTo(named: FoundExport<IncrementalSummary>, root: string): Promise<Omit<FoundExports, 'root'>> {
  const beside = (await Promise.all((await summariesBelow(root)).map(path => summaryAt(root, path)))).filter(
    found => found !== undefined && tableOf(found.summary) === tableOf(named.summary),
  ) as readonly FoundExport[]
  let earliest = named
  const back = (from: readonly FoundExport<IncrementalSummary>[]): Omit<FoundExports, 'root'> | undefined => {
    const [first] = from as readonly [FoundExport<IncrementalSummary>]
    const begins = Date.parse(first.summary.exportFromTime)
    if (begins < Date.parse(earliest.summary.exportFromTime)) earliest = first
    const before = beside.filter(({ summary }) => Date.parse(endOf(summary)) === begins)
    const full = before.find(isOfWhole)
    if (full) return { full, incremental: from }
    const earlier = before.filter(isOfWindow).filter(({ summary }) => Date.parse(summary.exportFromTime) < begins)
    for (const window of earlier) {
      const found = back([window, ...from])
      if (found) return found
    }
    return undefined
  }
  const found = back([named])
  if (found) return found
  throw new HandoverFault(
    'export-window',
    earliest.key,
    `it holds what changed from ${earliest.summary.exportFromTime} on; put the export of its table that ends there beside it`,
  )
}

/** None where it is no export of ours: others may lie there. */
async function summaryAt(root: string, path: string): Promise<FoundExport | undefined> {
  const key = path.split(sep).join('/')
  try {
    return { key, summary: readSummary(key, await readFile(join(root, path))) }
  } catch (error) {
    if (error instanceof HandoverFault) return undefined
    throw error
  }
}

async function summariesBelow(dir: string): Promise<readonly string[]> {
  const found = (await readdir(dir, { recursive: true }).catch(absentOnTheWay)) ?? []
  return found.filter(path => basename(path) === summaryName)
}

function isOfWhole(found: FoundExport): found is FoundExport<FullSummary> {
  return !isIncremental(found.summary)
}

function isOfWindow(found: FoundExport): found is FoundExport<IncrementalSummary> {
  return isIncremental(found.summary)
}

function endOf(summary: ExportSummary): string {
  return isIncremental(summary) ? summary.exportToTime : summary.exportTime
}

function tableOf({ exportArn }: ExportSummary): string {
  return exportArn.slice(0, exportArn.lastIndexOf('/export/'))
}
