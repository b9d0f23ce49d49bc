import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve, sep } from 'node:path'
import type { Agreement } from '../lambdas/handover/agreement.ts'
import { checkSource } from '../lambdas/handover/check-source-job.ts'
import { compactOne } from '../lambdas/handover/compact-job.ts'
import { convertOne } from '../lambdas/handover/convert-job.ts'
import { openDatabase } from '../lambdas/handover/duckdb-engine.ts'
import { type ExportedFile, exportFolder, readSummary, summaryName } from '../lambdas/handover/export-manifest.ts'
import { HandoverFault } from '../lambdas/handover/fault.ts'
import type { Handover } from '../lambdas/handover/handover.ts'
import type { Manifest } from '../lambdas/handover/manifest.ts'
import { matchOne } from '../lambdas/handover/match-job.ts'
import { commitPackage, makePackage, putOnce } from '../lambdas/handover/package-steps.ts'
import type { Unit } from '../lambdas/handover/plan.ts'
import { plan } from '../lambdas/handover/plan-job.ts'
import { type FinalObject, reconcileAll } from '../lambdas/handover/reconcile-job.ts'
import type { Signer } from '../lambdas/handover/signature.ts'
import { workKeys } from '../lambdas/handover/work-keys.ts'
import { getJson, putJson } from '../lambdas/handover/work-steps.ts'
import { dayInVietnam } from '../lambdas/registry/day.ts'
import { atOnce } from '../lambdas/shared/at-once.ts'
import { folderStore } from './folder-store.ts'

export interface ConvertExportOptions {
  /** Holds one export in DynamoDB's layout, at any depth. */
  readonly exportDir: string
  /** Must be empty or absent. */
  readonly outDir: string
  readonly agreement: Agreement
  readonly signer: Signer
  readonly clock: () => Date
  /** How many data files, and then units, are worked on at once, each on one thread. */
  readonly workers?: number
  readonly chunkBytes?: number
  readonly unitRows?: number
  readonly memoryLimit?: string
  readonly onStep?: (step: ConvertStep, done: number, total: number) => void
}

export const convertSteps = ['check', 'convert', 'match', 'compact', 'place'] as const
export type ConvertStep = (typeof convertSteps)[number]

/** The engine's part of a handover, step by step as the state machine takes them, on folders: sequence 0, no predecessor. */
export async function convertExport(options: ConvertExportOptions): Promise<Manifest> {
  const { agreement, outDir, onStep = () => {} } = options
  const { root, summaryKey } = await findExport(options.exportDir)
  await checkEmpty(outDir)
  await mkdir(dirname(outDir), { recursive: true })
  const dir = await mkdtemp(`${outDir}.work-`)
  const [exports, work, published] = [folderStore(root), folderStore(dir), folderStore(outDir)]
  const { workers, chunkBytes, unitRows, memoryLimit } = { ...defaults, ...options }
  const database = await openDatabase({ dir: join(dir, 'duckdb'), threads: 1, memoryLimit })
  const sequence = 0
  const keys = workKeys(sequence)
  const needs = { exports, work, dir, chunkBytes, engine: () => database.connect() }
  const each = async <Element>(step: ConvertStep, list: string, take: (element: Element) => Promise<unknown>) => {
    const elements = await getJson<readonly Element[]>(work, list)
    onStep(step, 0, elements.length)
    let done = 0
    await atOnce(workers, elements, async element => {
      await take(element)
      onStep(step, ++done, elements.length)
    })
  }
  try {
    const { exportTime: asOf } = readSummary(summaryKey, await readFile(join(root, summaryKey)))
    const handover = { sequence, asOf, asOfDay: dayInVietnam(new Date(asOf)), agreements: [agreement], previous: {} }
    await putJson(work, keys.handover, handover satisfies Handover)
    await checkSource({ exports, work }, { sequence, summaryKey })
    onStep('check', 1, 1)
    await each<ExportedFile>('convert', keys.dataFiles, dataFile => convertOne(needs, { sequence, dataFile }))
    await each<number>('match', keys.buckets, bucket => matchOne(needs, { sequence, bucket }))
    await plan({ work, unitRows }, { sequence })
    await each<Unit>('compact', keys.units, unit => compactOne(needs, { sequence, unit }))
    await reconcileAll({ work, dir }, { sequence })
    await each<FinalObject>('place', keys.finalFiles, async ({ recipient, name, sha256 }) =>
      putOnce(published, name, { path: await work.localFile(keys.final(recipient, name), dir), sha256 }),
    )
    const made = await makePackage(
      { work, signer: options.signer, clock: options.clock },
      sequence,
      agreement.recipient,
    )
    await commitPackage(published, '', made)
    return JSON.parse(made.manifest) as Manifest
  } finally {
    database.close()
    await rm(dir, { recursive: true, force: true })
  }
}

const defaults = { workers: 2, chunkBytes: 64 * 1024 * 1024, unitRows: 4_000_000, memoryLimit: '700MB' } as const

/** Keys in an export count from its bucket, so the folder that stands for the bucket is found from where the summary lies. */
async function findExport(exportDir: string): Promise<{ readonly root: string; readonly summaryKey: string }> {
  const found = (await readdir(exportDir, { recursive: true })).filter(path => basename(path) === summaryName)
  const [path, another] = found
  if (path === undefined) throw new HandoverFault('export-manifest', exportDir, `no ${summaryName} in it or below it`)
  if (another !== undefined)
    throw new HandoverFault('export-manifest', exportDir, `${found.length} exports below it, name one of them`)
  const absolute = resolve(exportDir, path).split(sep).join('/')
  const { manifestFilesS3Key } = readSummary(path, await readFile(absolute))
  const summaryKey = `${exportFolder(manifestFilesS3Key)}${summaryName}`
  if (!absolute.endsWith(`/${summaryKey}`)) {
    throw new HandoverFault(
      'export-manifest',
      path,
      `lies elsewhere than its own keys say; keep the folders of ${summaryKey}`,
    )
  }
  return { root: absolute.slice(0, -summaryKey.length), summaryKey }
}

async function checkEmpty(dir: string) {
  const found = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  if (found.length) throw new HandoverFault('already-published', dir, 'holds something already; name an empty folder')
}
