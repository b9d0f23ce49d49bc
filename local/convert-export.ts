import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { type Agreement, parsedAggregates } from '../lambdas/handover/agreement.ts'
import {
  type ExportSummary,
  exportFolder,
  readSummary,
  summaryName,
} from '../lambdas/handover/export/export-manifest.ts'
import { HandoverFault } from '../lambdas/handover/fault.ts'
import type { Handover } from '../lambdas/handover/handover.ts'
import type { Manifest } from '../lambdas/handover/manifest.ts'
import { dayInVietnam } from '../lambdas/registry/day.ts'
import { folderStore } from './folder-store.ts'
import { runHandoverSteps, type StepNeeds } from './run-steps.ts'

export interface ConvertExportOptions extends Omit<StepNeeds, 'exports' | 'work' | 'published' | 'dir' | 'prefixOf'> {
  /** Holds one export in DynamoDB's layout, at any depth. */
  readonly exportDir: string
  /** Must be empty or absent. */
  readonly outDir: string
  readonly agreement: Agreement
}

/** The engine's part of a handover, step by step as the state machine takes them, on folders: sequence 0, no predecessor. */
export async function convertExport({
  exportDir,
  outDir,
  agreement,
  ...needs
}: ConvertExportOptions): Promise<Manifest> {
  const { root, summaryKey } = await findExport(exportDir)
  await checkEmpty(outDir)
  await mkdir(dirname(outDir), { recursive: true })
  const dir = await mkdtemp(`${outDir}.work-`)
  const [exports, work, published] = [folderStore(root), folderStore(dir), folderStore(outDir)]
  try {
    const asOf = exportTimeOf(readSummary(summaryKey, await readFile(join(root, summaryKey))))
    const handover: Handover = {
      sequence: 0,
      asOf,
      asOfDay: dayInVietnam(new Date(asOf)),
      cut: { mode: 'full' },
      agreements: [agreement],
      aggregates: parsedAggregates([agreement]),
      previous: {},
    }
    const stores = { exports, work, published, dir, prefixOf: () => '' }
    const { [agreement.recipient]: made } = await runHandoverSteps(handover, [summaryKey], { ...needs, ...stores })
    return JSON.parse(made?.snapshot.manifest ?? '') as Manifest
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

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

/** @throws HandoverFault for an incremental export: what changed is no snapshot without the one before it. */
function exportTimeOf(summary: ExportSummary): string {
  if ('exportTime' in summary) return summary.exportTime
  throw new HandoverFault('export-manifest', summary.exportArn, 'an incremental export; convert takes a full one')
}

async function checkEmpty(dir: string) {
  const found = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  if (found.length) throw new HandoverFault('already-published', dir, 'holds something already; name an empty folder')
}
