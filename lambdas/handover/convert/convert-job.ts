import { z } from 'zod'
import { job } from '../../shared/job.ts'
import type { ObjectStore } from '../../shared/object-store.ts'
import { inScratch } from '../../shared/scratch-files.ts'
import { type Engine, onEngine } from '../engine/duckdb-engine.ts'
import { type Handover, stepInput } from '../handover.ts'
import { workKeys } from '../work-keys.ts'
import { getJson, once } from '../work-steps.ts'
import { convertChanges } from './change-engine.ts'
import { type Converted, convertDataFile } from './convert-engine.ts'
import { putChanges, putParts } from './put-steps.ts'

interface Needs {
  readonly exports: ObjectStore
  readonly work: ObjectStore
  readonly engine: () => Promise<Engine>
  readonly dir: string
  readonly chunkBytes: number
}

/** Nothing is selected yet where a delta's changes still have to be merged. */
export type ConvertOutcome = Pick<Converted, 'items' | 'selected'>

const dataFile = z.object({ key: z.string(), name: z.string(), itemCount: z.int().min(0), md5: z.string() })
export const convertInput = stepInput.extend({ dataFile })

/** Step 4: one data file becomes parts and keys in the work bucket, and counts of what must come out; of a delta, parts of both images. */
export async function convertOne(
  needs: Needs,
  { sequence, dataFile }: z.infer<typeof convertInput>,
): Promise<ConvertOutcome> {
  const { work } = needs
  const keys = workKeys(sequence)
  return once(work, keys.converted(dataFile.name), async () => {
    const { agreements, aggregates, cut } = await getJson<Handover>(work, keys.handover)
    const buckets = (await getJson<readonly number[]>(work, keys.buckets)).length
    return inScratch(needs.dir, 'convert', dir =>
      onEngine(needs.engine, async engine => {
        const source = await needs.exports.read(dataFile.key)
        const options = { engine, agreements, aggregates, dir, chunkBytes: needs.chunkBytes, buckets }
        if (cut.mode === 'delta') {
          const { items, ...changes } = await convertChanges(source, dataFile, options)
          await putChanges(work, keys, dataFile.name, changes)
          return { items, selected: {} }
        }
        const { items, selected, ...converted } = await convertDataFile(source, dataFile, options)
        await putParts(work, keys, dataFile.name, converted)
        return { items, selected }
      }),
    )
  })
}

export function convertJob(needs: Needs) {
  return job('convert', convertInput, async input => {
    await convertOne(needs, input)
  })
}
