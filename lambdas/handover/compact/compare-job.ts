import { join } from 'node:path'
import { z } from 'zod'
import { job } from '../../shared/job.ts'
import type { ObjectStore } from '../../shared/object-store.ts'
import { inScratch } from '../../shared/scratch-files.ts'
import { datasetNamed, datasetNames } from '../datasets.ts'
import { type Engine, onEngine } from '../engine/duckdb-engine.ts'
import { type Handover, stepInput } from '../handover.ts'
import { packagePrefix } from '../manifest.ts'
import { workKeys } from '../work-keys.ts'
import { getJson, once } from '../work-steps.ts'
import type { CompactOutcome } from './compact-job.ts'
import { compareRows } from './compare-engine.ts'
import type { PlacedChanges } from './placed-file.ts'
import type { Unit } from './plan.ts'

interface Needs {
  readonly work: ObjectStore
  readonly published: ObjectStore
  readonly engine: () => Promise<Engine>
  readonly dir: string
}

const comparison = z.object({
  recipient: z.string(),
  dataset: z.enum(datasetNames),
  province: z.string(),
  earlier: z.array(z.object({ path: z.string(), rows: z.int(), hash: z.string() })).readonly(),
})
export const compareInput = stepInput.extend({ comparison })

/** Step 9: what a recipient had of one dataset in one province, and what it has now, become the files of its change set. */
export async function compareOne(
  needs: Needs,
  { sequence, comparison }: z.infer<typeof compareInput>,
): Promise<readonly PlacedChanges[]> {
  const { work, published } = needs
  const { recipient, dataset, province, earlier } = comparison
  const keys = workKeys(sequence)
  return once(work, keys.compared(comparison), async () => {
    const { agreements, previous } = await getJson<Handover>(work, keys.handover)
    const agreement = agreements.find(agreement => agreement.recipient === recipient)
    const link = previous[recipient]
    if (!agreement || !link) throw new Error(`handover ${sequence} compares nothing for ${recipient}`)
    const units = (await getJson<readonly Unit[]>(work, keys.units)).filter(
      unit => unit.aggregate === datasetNamed(dataset).aggregate && unit.province === province,
    )
    const compacted = await Promise.all(units.map(unit => getJson<CompactOutcome>(work, keys.compacted(unit))))
    const files = compacted
      .flatMap(({ files }) => files)
      .filter(file => file.recipient === recipient && file.dataset === dataset)
    // Equal rows make equal files
    if (sorted(earlier.map(({ hash }) => hash)) === sorted(files.map(({ sha256 }) => `sha256:${sha256}`))) return []
    return inScratch(needs.dir, 'compare', async dir => {
      const fetched = (store: ObjectStore, names: readonly string[]) =>
        Promise.all(names.map(name => store.localFile(name, dir)))
      const prefix = packagePrefix('snapshots', recipient, link.sequence)
      const changes = await onEngine(needs.engine, async engine =>
        compareRows(comparison, {
          engine,
          agreement,
          earlier: await fetched(
            published,
            earlier.map(({ path }) => `${prefix}/${path}`),
          ),
          now: await fetched(
            work,
            files.map(({ name }) => keys.final('snapshots', recipient, name)),
          ),
          rows: Math.max(rowsOf(earlier), rowsOf(files)),
          dir: join(dir, 'changes'),
        }),
      )
      for (const { name, path } of changes) await work.putFile(keys.final('changes', recipient, name), path)
      return changes.map(({ path: _, ...file }) => file)
    })
  })
}

export function compareJob(needs: Needs) {
  return job('compare', compareInput, async input => {
    await compareOne(needs, input)
  })
}

function sorted(hashes: readonly string[]): string {
  return [...hashes].sort().join(' ')
}

function rowsOf(files: readonly { readonly rows: number }[]): number {
  return files.reduce((sum, { rows }) => sum + rows, 0)
}
