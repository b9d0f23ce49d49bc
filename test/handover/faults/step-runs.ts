import { hash } from 'node:crypto'
import { cp, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { agreements } from '../../../lambdas/handover/agreements.ts'
import { readSummary, summaryName } from '../../../lambdas/handover/export/export-manifest.ts'
import type { Handover } from '../../../lambdas/handover/handover.ts'
import { type PackageForm, packagePrefix, sequenceText } from '../../../lambdas/handover/manifest.ts'
import type { ObjectStore } from '../../../lambdas/shared/object-store.ts'
import { folderStore } from '../../../local/folder-store.ts'
import { runHandoverSteps } from '../../../local/run-steps.ts'
import { folder } from '../../local/service.ts'
import { aHandoverChain, began } from '../compact/handover-chain.ts'
import { lived, villagers } from '../compact/life.ts'
import { signer } from '../convert/conversion.ts'

/** A full handover and a delta, each to be run again as it was, with whatever stores. */
export interface StepRuns {
  /** On folders of its own, where a delta finds its base. */
  again(sequence: number): Promise<StepRun>
}

export interface StepRun {
  readonly work: ObjectStore
  readonly published: ObjectStore
  /** All steps, from the exports to the published packages. */
  run(stores?: Partial<Pick<StepRun, 'work' | 'published'>>): Promise<void>
  /** What is published is, to the byte, what an undisturbed run publishes. */
  expectUndisturbed(): Promise<void>
}

export async function stepRuns(): Promise<StepRuns> {
  const dir = await folder()
  const village = villagers(16)
  const chain = aHandoverChain(dir)
  await chain.full({ population: village, at: began }, agreements)
  const later = lived(village, [
    { what: 'a move of a household', who: 1, how: 2 },
    { what: 'death', who: 3, how: 0 },
  ])
  await chain.delta([{ population: later, at: new Date(began.getTime() + 3_600_000) }], agreements)
  const summaryKeys = await summariesIn(join(dir, 'exports'))
  return {
    async again(sequence) {
      const own = await folder()
      const handover: Handover = JSON.parse(
        await readFile(join(dir, 'work', sequenceText(sequence), 'handover.json'), 'utf8'),
      )
      if (sequence > 1) {
        const base = sequenceText(sequence - 1)
        await cp(join(dir, 'work', base), join(own, 'work', base), { recursive: true })
        for (const { recipient } of agreements) {
          const snapshot = packagePrefix('snapshots', recipient, sequence - 1)
          await cp(join(dir, 'published', snapshot), join(own, 'published', snapshot), { recursive: true })
        }
      }
      const [work, published] = [folderStore(join(own, 'work')), folderStore(join(own, 'published'))]
      return {
        work,
        published,
        async run(stores = {}) {
          const scratch = join(own, `scratch-${crypto.randomUUID()}`)
          await runHandoverSteps(handover, [summaryKeys[sequence - 1] as string], {
            exports: folderStore(join(dir, 'exports')),
            work,
            published,
            signer,
            clock: () => new Date(handover.asOf),
            dir: scratch,
            prefixOf: (form: PackageForm, recipient: string) => `${packagePrefix(form, recipient, sequence)}/`,
            ...stores,
          })
        },
        async expectUndisturbed() {
          expect(await hashesOf(join(own, 'published'), sequence)).toEqual(
            await hashesOf(join(dir, 'published'), sequence),
          )
        },
      }
    },
  }
}

/** The full export's, then the incremental one's. */
async function summariesIn(dir: string): Promise<readonly string[]> {
  const keys = (await readdir(dir, { recursive: true })).filter(key => key.endsWith(summaryName))
  const summaries = await Promise.all(
    keys.map(async key => ({ key, summary: readSummary(key, await readFile(join(dir, key))) })),
  )
  const full = summaries.find(({ summary }) => 'exportTime' in summary && summary.exportTime === began.toISOString())
  const incremental = summaries.find(({ summary }) => !('exportTime' in summary))
  return [full?.key ?? '', incremental?.key ?? '']
}

/** Signatures differ each time they are made. */
async function hashesOf(dir: string, sequence: number): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  const files = entries
    .filter(
      entry => entry.isFile() && entry.parentPath.includes(sequenceText(sequence)) && !entry.name.endsWith('.jws'),
    )
    .map(entry => join(entry.parentPath, entry.name))
    .sort()
  const hashes = await Promise.all(
    files.map(async path => [path.slice(dir.length), hash('sha256', await readFile(path))]),
  )
  return Object.fromEntries(hashes) as Record<string, string>
}
