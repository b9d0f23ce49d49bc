import { z } from 'zod'
import { atOnce } from '../../shared/at-once.ts'
import { job } from '../../shared/job.ts'
import type { ObjectStore } from '../../shared/object-store.ts'
import { inScratch } from '../../shared/scratch-files.ts'
import { type Engine, onEngine } from '../engine/duckdb-engine.ts'
import type { ExportedFile } from '../export/export-manifest.ts'
import { type Handover, stepInput } from '../handover.ts'
import { workKeys } from '../work-keys.ts'
import { getJson, once } from '../work-steps.ts'
import { type ConvertedChanges, convertChanges } from './change-engine.ts'
import { type Converted, convertDataFile } from './convert-engine.ts'

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
        return cut.mode === 'full'
          ? putParts(work, keys, dataFile, await convertDataFile(source, dataFile, options))
          : putChanges(work, keys, dataFile, await convertChanges(source, dataFile, options))
      }),
    )
  })
}

type Keys = ReturnType<typeof workKeys>

/** Small files: a put waits for S3 far longer than it sends. */
const putAtOnce = 16

async function putParts(
  work: ObjectStore,
  keys: Keys,
  { name }: ExportedFile,
  { parts, keys: found, ...outcome }: Converted,
) {
  await atOnce(putAtOnce, [...parts.entries()], ([index, { kind, province, path }]) =>
    work.putFile(`${keys.parts(kind, province)}${name}-${index}.parquet`, path),
  )
  await atOnce(putAtOnce, [...found.entries()], ([index, { bucket, path }]) =>
    work.putFile(`${keys.keys(bucket)}${name}-${index}.parquet`, path),
  )
  return outcome
}

async function putChanges(work: ObjectStore, keys: Keys, { name }: ExportedFile, changes: ConvertedChanges) {
  await atOnce(putAtOnce, [...changes.parts.entries()], ([index, { image, kind, province, path }]) =>
    work.putFile(`${keys.changed(image, kind, province)}${name}-${index}.parquet`, path),
  )
  await atOnce(putAtOnce, [...changes.touched.entries()], ([index, { aggregate, path }]) =>
    work.putFile(`${keys.touched(aggregate)}${name}-${index}.parquet`, path),
  )
  return { items: changes.items, selected: {} }
}

export function convertJob(needs: Needs) {
  return job('convert', convertInput, async input => {
    await convertOne(needs, input)
  })
}
