import { z } from 'zod'
import { type Engine, onEngine } from '../../handover/engine/duckdb-engine.ts'
import type { TableExport, TableRecovery } from '../../handover/export/export-client.ts'
import { checkWindows } from '../../handover/export/export-manifest.ts'
import { readExport } from '../../handover/export/read-export-steps.ts'
import { HandoverFault } from '../../handover/fault.ts'
import type { ExportWindow } from '../../handover/handover.ts'
import { sequenceText } from '../../handover/manifest.ts'
import { putOnce } from '../../handover/publish/package-steps.ts'
import type { Signer } from '../../handover/signature.ts'
import { once } from '../../handover/work-steps.ts'
import { job } from '../../shared/job.ts'
import { log } from '../../shared/log.ts'
import type { ObjectStore } from '../../shared/object-store.ts'
import { inScratch } from '../../shared/scratch-files.ts'
import { everythingSealed, tamperingFound } from '../settings.ts'
import { keepDataFile } from './export-data-files.ts'
import { publishSeal, type SealContent } from './publish-seal-steps.ts'
import { isOpen, markOf, type OpenSeal, type Seal, type SealEntry, type SealWindow } from './seal.ts'
import { sealPrefix } from './seal-manifest.ts'
import type { Seals } from './seal-store.ts'
import { nextWindow, type SealSchedule } from './seal-window.ts'
import { sealRows } from './sealed-rows-engine.ts'

export interface SealNeeds {
  readonly seals: Seals
  readonly tableExport: TableExport
  readonly recovery: TableRecovery
  /** Where exports land, and what steps leave for each other: the audit's own. */
  readonly work: ObjectStore
  readonly published: ObjectStore
  readonly signer: Signer
  readonly engine: () => Promise<Engine>
  readonly dir: string
  readonly clock: () => Date
  readonly schedule: SealSchedule
}

/** How far a call brought the log of lookups. */
export type SealProgress =
  | { readonly state: 'nothing-due' }
  | { readonly state: 'exporting' | 'sealed'; readonly sequence: number; readonly window: SealWindow }

/**
 * Brings the log one step on: begins the next seal with its export, or, once that is complete, sorts, signs and publishes what it holds.
 * Each step can be taken again by whoever comes next, wherever the one before it broke off.
 */
export async function sealNext(needs: SealNeeds): Promise<SealProgress> {
  const newest = await needs.seals.newest()
  const open = newest && isOpen(newest) ? newest : await begin(needs, newest)
  if (!open) {
    log.info(everythingSealed)
    return { state: 'nothing-due' }
  }
  const { sequence, window } = open.seal
  const exporting = open.state === 'exporting' ? open : await beginExport(needs, open)
  const state = await needs.tableExport.state(exporting.exportArn)
  if (state.status === 'IN_PROGRESS') return { state: 'exporting', sequence, window }
  if (state.status === 'FAILED') {
    const again = { seal: open.seal, state: 'begun', attempt: exporting.attempt + 1 } as const
    await moveOn(needs.seals, exporting, again)
    throw new HandoverFault('export-failed', exporting.exportArn, state.reason)
  }
  const content = await sealContent(needs, open.seal, state.summaryKey)
  await placeFiles(needs, sequence, content)
  const manifestSha256 = await publishSeal(needs, open.seal, content)
  const { tampering } = content.counts
  const tampered = tampering.altered + tampering.deleted + tampering.forged
  if (tampered > 0) log.warn(tamperingFound, { sequence, rows: tampered })
  await moveOn(needs.seals, exporting, { seal: open.seal, state: 'sealed', manifestSha256 })
  return { state: 'sealed', sequence, window }
}

async function begin(
  { seals, recovery, clock, schedule }: SealNeeds,
  last: Extract<SealEntry, { state: 'sealed' }> | undefined,
): Promise<OpenSeal | undefined> {
  const next = nextWindow(last?.seal.window.to ?? null, clock(), await recovery.earliest(), schedule)
  if (!next) return undefined
  const previous = last ? { sequence: last.seal.sequence, sha256: last.manifestSha256 } : null
  const seal: Seal = { sequence: (last?.seal.sequence ?? 0) + 1, ...next, previous }
  const entry: OpenSeal = { seal, state: 'begun', attempt: 1 }
  if (await seals.begin(entry)) return entry
  // Of two that begin it at once, the second goes on with what the first has fixed
  const first = await seals.newest()
  return first && isOpen(first) ? first : undefined
}

async function beginExport({ seals, tableExport }: SealNeeds, { seal, attempt }: OpenSeal) {
  const { from, to } = seal.window
  const what = seal.mode === 'incremental' && from !== null ? { from, to } : new Date(to)
  const exportArn = await tableExport.begin(what, `${sequenceText(seal.sequence)}-lookups-${attempt}`)
  const exporting = { seal, state: 'exporting', attempt, exportArn } as const
  await moveOn(seals, { seal, state: 'begun', attempt }, exporting)
  return exporting
}

/** Or lets stand what somebody else did meanwhile. @throws where nobody did: what comes before the move would be done again and again. */
async function moveOn(seals: Seals, from: OpenSeal, to: SealEntry) {
  if (await seals.move(from, to)) return
  const now = await seals.newest()
  const moved = now?.seal.sequence !== from.seal.sequence || now.state !== from.state || now.attempt !== from.attempt
  if (!moved) {
    throw new Error(
      `the ledger's entry of seal ${from.seal.sequence}: expected ${markOf(from)} in its attribute state, as its document says, and something else is there; write that`,
    )
  }
}

/** What the export holds, sorted, in files that stay in the work store until the seal is published. */
function sealContent({ work, engine, dir }: SealNeeds, seal: Seal, summaryKey: string): Promise<SealContent> {
  const root = sequenceText(seal.sequence)
  return once(work, `${root}/content.json`, async () => {
    const { summary, files } = await readExport(work, summaryKey)
    checkWindows(seal.mode === 'full' ? { mode: 'full' } : { mode: 'delta', windows: [seal.window as ExportWindow] }, [
      summary,
    ])
    return inScratch(dir, 'seal', async scratch => {
      const dataFiles: string[] = []
      for (const file of files) dataFiles.push(await keepDataFile(await work.read(file.key), file, scratch))
      const rows = await onEngine(engine, connection =>
        sealRows(connection, dataFiles, summary.itemCount, seal, scratch),
      )
      const kept: SealContent['files'][number][] = []
      for (const { path, ...file } of rows.files) {
        const workKey = `${root}/${file.sha256}.parquet`
        await work.putFile(workKey, path)
        kept.push({ ...file, workKey })
      }
      return { ...rows, files: kept, exportArn: summary.exportArn, items: summary.itemCount }
    })
  })
}

async function placeFiles({ work, published, dir }: SealNeeds, sequence: number, { files }: SealContent) {
  for (const { name, workKey, sha256 } of files) {
    await inScratch(dir, 'place', async scratch => {
      const path = await work.localFile(workKey, scratch)
      await putOnce(published, `${sealPrefix(sequence)}${name}.parquet`, { path, sha256 })
    })
  }
}

export function sealJob(needs: SealNeeds) {
  return job('seal lookups', z.unknown(), () => sealNext(needs))
}
