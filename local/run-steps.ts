import { join } from 'node:path'
import { compactOne } from '../lambdas/handover/compact/compact-job.ts'
import { compareOne } from '../lambdas/handover/compact/compare-job.ts'
import type { Comparison, Merge, Unit } from '../lambdas/handover/compact/plan.ts'
import { plan } from '../lambdas/handover/compact/plan-job.ts'
import { type FinalObject, reconcileAll } from '../lambdas/handover/compact/reconcile-job.ts'
import { convertOne } from '../lambdas/handover/convert/convert-job.ts'
import { matchOne } from '../lambdas/handover/convert/match-job.ts'
import { mergeOne } from '../lambdas/handover/convert/merge-job.ts'
import { openDatabase } from '../lambdas/handover/engine/duckdb-engine.ts'
import { chunkBytes, unitRows } from '../lambdas/handover/engine/lambda-limits.ts'
import { checkSource } from '../lambdas/handover/export/check-source-job.ts'
import type { ExportedFile } from '../lambdas/handover/export/export-manifest.ts'
import type { Handover } from '../lambdas/handover/handover.ts'
import type { PackageForm } from '../lambdas/handover/manifest.ts'
import { commitPackage, makePackages, type Packages, putOnce } from '../lambdas/handover/publish/package-steps.ts'
import type { Signer } from '../lambdas/handover/signature.ts'
import { workKeys } from '../lambdas/handover/work-keys.ts'
import { getJson, putJson } from '../lambdas/handover/work-steps.ts'
import { atOnce } from '../lambdas/shared/at-once.ts'
import type { ObjectStore } from '../lambdas/shared/object-store.ts'

export interface StepNeeds {
  readonly exports: ObjectStore
  readonly work: ObjectStore
  readonly published: ObjectStore
  readonly signer: Signer
  readonly clock: () => Date
  /** Where the engine spills and steps have their scratch. */
  readonly dir: string
  /** Where a recipient's package begins in the published store, with its slash. */
  readonly prefixOf: (form: PackageForm, recipient: string) => string
  /** How many children of a map are worked on at once, each on one thread. */
  readonly workers?: number
  readonly chunkBytes?: number
  readonly unitRows?: number
  readonly memoryLimit?: string
  readonly onStep?: (step: RunStep, done: number, total: number) => void
}

export const runSteps = ['check', 'convert', 'merge', 'match', 'compact', 'compare', 'place'] as const
export type RunStep = (typeof runSteps)[number]

const defaults = { workers: 2, chunkBytes, unitRows, memoryLimit: '700MB' } as const

/** A cut, and the summaries of the exports that it is made from. */
export interface CutExports {
  readonly handover: Handover
  readonly summaryKeys: readonly string[]
}

/**
 * A handover's steps from the exports to the published packages, one after the other as the state machine takes them, without services.
 * `base` is what a delta stands on where its parts are not in the work store yet: they are made first, and nothing of it is published.
 */
export async function runHandoverSteps(
  handover: Handover,
  summaryKeys: readonly string[],
  given: StepNeeds,
  base?: CutExports,
): Promise<Readonly<Record<string, Packages>>> {
  const needs = { ...defaults, ...given }
  const { work, published, dir, signer, clock, prefixOf, onStep = () => {} } = needs
  const { sequence } = handover
  const keys = workKeys(sequence)
  const database = await openDatabase({ dir: join(dir, 'duckdb'), threads: 1, memoryLimit: needs.memoryLimit })
  const child = { ...needs, engine: () => database.connect() }
  const each = async <Element>(step: RunStep, list: string, take: (element: Element) => Promise<unknown>) => {
    const elements = await getJson<readonly Element[]>(work, list)
    if (elements.length === 0) return
    onStep(step, 0, elements.length)
    let done = 0
    await atOnce(needs.workers, elements, async element => {
      await take(element)
      onStep(step, ++done, elements.length)
    })
  }
  const makeParts = async ({ handover, summaryKeys }: CutExports) => {
    const { sequence } = handover
    const keys = workKeys(sequence)
    await putJson(work, keys.handover, handover)
    await checkSource(needs, { sequence, summaryKeys })
    onStep('check', 1, 1)
    await each<ExportedFile>('convert', keys.dataFiles, dataFile => convertOne(child, { sequence, dataFile }))
    await each<Merge>('merge', keys.merges, merge => mergeOne(child, { sequence, merge }))
  }
  try {
    if (base) await makeParts(base)
    await makeParts({ handover, summaryKeys })
    await each<number>('match', keys.buckets, bucket => matchOne(child, { sequence, bucket }))
    await plan(needs, { sequence })
    await each<Unit>('compact', keys.units, unit => compactOne(child, { sequence, unit }))
    await each<Comparison>('compare', keys.comparisons, comparison => compareOne(child, { sequence, comparison }))
    await reconcileAll(needs, { sequence })
    await each<FinalObject>('place', keys.finalFiles, async ({ key, form, recipient, name, sha256 }) =>
      putOnce(published, prefixOf(form, recipient) + name, { path: await work.localFile(key, dir), sha256 }),
    )
    const packages: Record<string, Packages> = {}
    for (const { recipient } of handover.agreements) {
      const made = await makePackages({ work, signer, clock }, sequence, recipient)
      if (made.changes) await commitPackage(published, prefixOf('changes', recipient), made.changes)
      await commitPackage(published, prefixOf('snapshots', recipient), made.snapshot)
      packages[recipient] = made
    }
    return packages
  } finally {
    database.close()
  }
}
