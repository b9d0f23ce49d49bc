import { z } from 'zod'
import { provinceCodes } from '../../registry/provinces.ts'
import type { ObjectStore } from '../../shared/object-store.ts'
import { planMerges } from '../compact/plan.ts'
import { partsOf } from '../convert/parts.ts'
import { type Handover, stepInput } from '../handover.ts'
import { type LeaseNeeds, leasedJob } from '../leased-job.ts'
import { workKeys } from '../work-keys.ts'
import { getJson, putJson } from '../work-steps.ts'
import { checkWindows, type ExportedFile } from './export-manifest.ts'
import { readExport } from './read-export-steps.ts'

interface Needs {
  readonly exports: ObjectStore
  readonly work: ObjectStore
}

/** Bytes of earlier parts in a merge: uncompressed after a full handover, so on the disk a third of it results. */
export const mergeBytes = 2 * 1024 ** 3

/** Items in a bucket of keys: one child holds a bucket in memory, and each data file's keys go into a file a bucket. */
export const bucketItems = 2_000_000

export const checkSourceInput = stepInput.extend({ summaryKeys: z.array(z.string()).min(1).readonly() })

/**
 * Step 3: the exports' manifests agree with themselves, with what is there and with the cut; the data files' own sums are checked as
 * they are read.
 */
export async function checkSource(
  { exports, work }: Needs,
  { sequence, summaryKeys }: z.infer<typeof checkSourceInput>,
) {
  const keys = workKeys(sequence)
  const { cut, aggregates } = await getJson<Handover>(work, keys.handover)
  const sources = await Promise.all(summaryKeys.map(summaryKey => readExport(exports, summaryKey)))
  checkWindows(
    cut,
    sources.map(({ summary }) => summary),
  )
  const files = sources.flatMap(({ files }) => files)
  const items = files.reduce((sum, { itemCount }) => sum + itemCount, 0)
  // A delta is matched over all that the registry holds, which its own changes do not say
  const matched = cut.mode === 'full' ? items : await itemsOfBase(work, cut.base)
  await putJson(
    work,
    keys.source,
    sources.map(({ summary }) => summary.exportArn),
  )
  await putJson(work, keys.dataFiles, files satisfies readonly ExportedFile[])
  await putJson(work, keys.merges, cut.mode === 'full' ? [] : await mergesOnto(work, cut.base, aggregates))
  await putJson(work, keys.buckets, [...Array(bucketCount(matched)).keys()])
  return { dataFiles: files.length, items }
}

async function mergesOnto(work: ObjectStore, base: number, aggregates: Handover['aggregates']) {
  const bytes = new Map<string, number>()
  for (const aggregate of aggregates) {
    for (const kind of partsOf[aggregate]) {
      for (const province of provinceCodes) {
        const parts = await work.list(workKeys(base).parts(kind, province))
        const key = `${aggregate} ${province}`
        bytes.set(
          key,
          parts.reduce((sum, part) => sum + part.bytes, bytes.get(key) ?? 0),
        )
      }
    }
  }
  return planMerges(aggregates, (aggregate, province) => bytes.get(`${aggregate} ${province}`) ?? 0, mergeBytes)
}

async function itemsOfBase(work: ObjectStore, base: number): Promise<number> {
  return (await getJson<readonly number[]>(work, workKeys(base).buckets)).length * bucketItems
}

export function checkSourceJob(needs: Needs & LeaseNeeds) {
  return leasedJob('check-source', checkSourceInput, needs, input => checkSource(needs, input))
}

function bucketCount(items: number): number {
  return Math.max(1, Math.ceil(items / bucketItems))
}
