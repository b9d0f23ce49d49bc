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

export interface StepRun extends Stores {
  /** All steps, from the exports to the published packages. */
  run(stores?: Partial<Stores>): Promise<void>
  /** What is published is, to the byte, what an undisturbed run publishes. */
  expectUndisturbed(published?: ObjectStore): Promise<void>
}

type Stores = Readonly<Record<'exports' | 'work' | 'published', ObjectStore>>

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
      const exports = folderStore(join(dir, 'exports'))
      const [work, published] = [folderStore(join(own, 'work')), folderStore(join(own, 'published'))]
      return {
        exports,
        work,
        published,
        async run(stores = {}) {
          const scratch = join(own, `scratch-${crypto.randomUUID()}`)
          await runHandoverSteps(handover, [summaryKeys[sequence - 1] as string], {
            exports,
            work,
            published,
            signer,
            clock: () => new Date(handover.asOf),
            dir: scratch,
            prefixOf: (form: PackageForm, recipient: string) => `${packagePrefix(form, recipient, sequence)}/`,
            ...stores,
          })
        },
        async expectUndisturbed(found = published) {
          const undisturbed = folderStore(join(dir, 'published'))
          expect(await hashesOf(found, sequence)).toEqual(await hashesOf(undisturbed, sequence))
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
async function hashesOf(store: ObjectStore, sequence: number): Promise<Readonly<Record<string, string>>> {
  const keys = (await store.list(''))
    .map(({ key }) => key)
    .filter(key => key.includes(`/${sequenceText(sequence)}/`) && !key.endsWith('.jws'))
    .sort()
  const hashes = keys.map(async key => [key, hash('sha256', (await store.get(key))?.bytes ?? '')] as const)
  return Object.fromEntries(await Promise.all(hashes))
}
