import { z } from 'zod'
import { job } from '../shared/job.ts'
import type { ObjectStore } from '../shared/object-store.ts'
import {
  checkPresent,
  type ExportedFile,
  type ExportSummary,
  exportFolder,
  readFiles,
  readSummary,
} from './export-manifest.ts'
import { HandoverFault } from './fault.ts'
import { stepInput } from './handover.ts'
import { workKeys } from './work-keys.ts'
import { putJson } from './work-steps.ts'

interface Needs {
  readonly exports: ObjectStore
  readonly work: ObjectStore
}

/** Items in a bucket of keys, so that one child holds a bucket in memory. */
const bucketItems = 500_000

export const checkSourceInput = stepInput.extend({ summaryKey: z.string() })

/** Step 3: the export's manifests agree with themselves and with what is there; the data files' own sums are checked as they are read. */
export async function checkSource(
  { exports, work }: Needs,
  { sequence, summaryKey }: z.infer<typeof checkSourceInput>,
) {
  const keys = workKeys(sequence)
  const folder = exportFolder(summaryKey)
  const summary = readSummary(summaryKey, await required(exports, summaryKey))
  const filesKey = summary.manifestFilesS3Key
  const md5 = await required(exports, filesKey.replace(/\.json$/, '.md5'))
  const files = readFiles(summary, await required(exports, filesKey), Buffer.from(md5).toString())
  const found = await exports.list(`${folder}data/`)
  checkPresent(
    files,
    found.map(({ key }) => key),
  )
  await putJson(work, keys.source, summary satisfies ExportSummary)
  await putJson(work, keys.dataFiles, files satisfies readonly ExportedFile[])
  await putJson(work, keys.buckets, [...Array(bucketCount(summary.itemCount)).keys()])
  return { dataFiles: files.length, items: summary.itemCount }
}

export function checkSourceJob(needs: Needs) {
  return job('check-source', checkSourceInput, input => checkSource(needs, input))
}

function bucketCount(items: number): number {
  return Math.max(1, Math.ceil(items / bucketItems))
}

async function required(store: ObjectStore, key: string): Promise<Uint8Array> {
  const found = await store.get(key)
  if (!found) throw new HandoverFault('export-manifest', key, 'not there')
  return found.bytes
}
