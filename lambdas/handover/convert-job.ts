import { z } from 'zod'
import { job } from '../shared/job.ts'
import type { ObjectStore } from '../shared/object-store.ts'
import { inScratch } from '../shared/scratch-files.ts'
import { type Converted, convertDataFile } from './convert-engine.ts'
import { type Engine, onEngine } from './duckdb-engine.ts'
import type { ExportedFile } from './export-manifest.ts'
import { type Handover, stepInput } from './handover.ts'
import { workKeys } from './work-keys.ts'
import { getJson, once } from './work-steps.ts'

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
  const { work } = needs
  const keys = workKeys(sequence)
  return once(work, keys.converted(dataFile.name), async () => {
    const { agreements } = await getJson<Handover>(work, keys.handover)
    const buckets = (await getJson<readonly number[]>(work, keys.buckets)).length
    return inScratch(needs.dir, 'convert', dir =>
      onEngine(needs.engine, async engine => {
        const source = await needs.exports.read(dataFile.key)
        const options = { engine, agreements, dir, chunkBytes: needs.chunkBytes, buckets }
        const converted = await convertDataFile(source, dataFile satisfies ExportedFile, options)
        for (const [index, { kind, province, path }] of converted.parts.entries()) {
          await work.putFile(`${keys.parts(kind, province)}${dataFile.name}-${index}.parquet`, path)
        }
        for (const [index, { bucket, path }] of converted.keys.entries()) {
          await work.putFile(`${keys.keys(bucket)}${dataFile.name}-${index}.parquet`, path)
        }
        return { items: converted.items, selected: converted.selected }
      }),
    )
  })
}

export function convertJob(needs: Needs) {
  return job('convert', convertInput, async input => {
    await convertOne(needs, input)
  })
}
