import { join } from 'node:path'
import { z } from 'zod'
import { job } from '../../shared/job.ts'
import type { ObjectStore } from '../../shared/object-store.ts'
import { inScratch } from '../../shared/scratch-files.ts'
import { aggregates, type PartKind, partsOf } from '../convert/parts.ts'
import { type Engine, onEngine } from '../engine/duckdb-engine.ts'
import { type Handover, stepInput } from '../handover.ts'
import { workKeys } from '../work-keys.ts'
import { getJson, once } from '../work-steps.ts'
import { type Compacted, compactUnit } from './compact-engine.ts'
import type { PlacedFile } from './placed-file.ts'
import type { Unit } from './plan.ts'
import { leftOut, type Tally } from './tally.ts'

interface Needs {
  readonly work: ObjectStore
  readonly engine: () => Promise<Engine>
  readonly dir: string
}

export interface CompactOutcome {
  readonly files: readonly PlacedFile[]
  readonly excepted: Compacted['excepted']
}

const unit = z.object({
  aggregate: z.enum(aggregates),
  province: z.string(),
  number: z.int().min(0),
  places: z.tuple([z.string(), z.string()]),
})
export const compactInput = stepInput.extend({ unit })

/** Step 8: one unit's parts become the final files of every agreement. */
export async function compactOne(
  needs: Needs,
  { sequence, unit }: z.infer<typeof compactInput>,
): Promise<CompactOutcome> {
  const { work } = needs
  const keys = workKeys(sequence)
  return once(work, keys.compacted(unit), async () => {
    const { agreements, asOfDay: day } = await getJson<Handover>(work, keys.handover)
    const absent = await getJson<Tally['absent']>(work, keys.absent)
    const exceptions = absent
      .filter(({ reason, province }) => leftOut[reason].aggregate === unit.aggregate && province === unit.province)
      .map(({ personId }) => personId)
    return inScratch(needs.dir, 'compact', async dir => {
      const parts: Partial<Record<PartKind, readonly string[]>> = {}
      for (const kind of partsOf[unit.aggregate]) {
        const listed = await work.list(keys.parts(kind, unit.province))
        parts[kind] = await Promise.all(listed.map(({ key }) => work.localFile(key, dir)))
      }
      const { files, excepted } = await onEngine(needs.engine, engine =>
        compactUnit(unit satisfies Unit, { engine, agreements, parts, exceptions, day, dir: join(dir, 'final') }),
      )
      for (const { path, recipient, name } of files) await work.putFile(keys.final('snapshots', recipient, name), path)
      return { files: files.map(({ path: _, ...file }) => file), excepted }
    })
  })
}

export function compactJob(needs: Needs) {
  return job('compact', compactInput, async input => {
    await compactOne(needs, input)
  })
}
