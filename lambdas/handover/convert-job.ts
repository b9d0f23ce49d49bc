import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { job } from '../shared/job.ts'
import type { ObjectStore } from '../shared/object-store.ts'
import { type Converted, convertDataFile } from './convert-engine.ts'
import type { Engine } from './duckdb-engine.ts'
import type { ExportedFile } from './export-manifest.ts'
import { type Handover, stepInput } from './handover.ts'
import { workKeys } from './work-keys.ts'
import { getJson, once } from './work-store.ts'

interface Needs {
  readonly exports: ObjectStore
  readonly work: ObjectStore
  readonly engine: () => Promise<Engine>
  readonly dir: string
  readonly chunkBytes: number
}

export type ConvertOutcome = Pick<Converted, 'items' | 'selected'>

const dataFile = z.object({ key: z.string(), name: z.string(), itemCount: z.int().min(0), md5: z.string() })
export const convertInput = stepInput.extend({ dataFile })

/** Step 4: one data file becomes parts and keys in the work bucket, and counts of what must come out. */
export async function convertOne(
  needs: Needs,
  { sequence, dataFile }: z.infer<typeof convertInput>,
): Promise<ConvertOutcome> {
  const { work, engine } = needs
  const keys = workKeys(sequence)
  return once(work, keys.converted(dataFile.name), async () => {
    const { agreements } = await getJson<Handover>(work, keys.handover)
    const buckets = (await getJson<readonly number[]>(work, keys.buckets)).length
    const dir = await mkdtemp(join(needs.dir, 'convert-'))
    try {
      const options = { engine: await engine(), agreements, dir, chunkBytes: needs.chunkBytes, buckets }
      const source = await needs.exports.read(dataFile.key)
      const {
        items,
        selected,
        parts,
        keys: keyFiles,
      } = await convertDataFile(source, dataFile satisfies ExportedFile, options)
      for (const [index, { kind, province, path }] of parts.entries()) {
        await work.putFile(`${keys.parts(kind, province)}${dataFile.name}-${index}.parquet`, path)
      }
      for (const [index, { bucket, path }] of keyFiles.entries()) {
        await work.putFile(`${keys.keys(bucket)}${dataFile.name}-${index}.parquet`, path)
      }
      return { items, selected }
    } finally {
      await rm(dir, { recursive: true, force: true })
    }
  })
}

export function convertJob(needs: Needs) {
  return job('convert', convertInput, async input => {
    await convertOne(needs, input)
  })
}
