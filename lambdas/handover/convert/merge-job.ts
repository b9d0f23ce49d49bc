import { z } from 'zod'
import { job } from '../../shared/job.ts'
import type { ObjectStore } from '../../shared/object-store.ts'
import { inScratch } from '../../shared/scratch-files.ts'
import { batchesOf, type Merge } from '../compact/plan.ts'
import type { Selected } from '../compact/tally.ts'
import { type Engine, onEngine } from '../engine/duckdb-engine.ts'
import { type Handover, stepInput } from '../handover.ts'
import { workKeys } from '../work-keys.ts'
import { getJson, once } from '../work-steps.ts'
import { type Lent, mergeParts } from './merge-engine.ts'
import { aggregates, type PartKind, partsOf } from './parts.ts'
import { countParts, openCounts, partFiles, rowsOfParts, takeCounts, writeKeys } from './parts-engine.ts'
import { putParts } from './put-steps.ts'

interface Needs {
  readonly work: ObjectStore
  readonly engine: () => Promise<Engine>
  readonly dir: string
}

const merge = z.object({ aggregate: z.enum(aggregates), number: z.int(), provinces: z.array(z.string()).readonly() })
export const mergeInput = stepInput.extend({ merge })

/**
 * Step 5, of a delta: the changes of some provinces are merged into the parts of the earlier handover, and what results are this one's
 * parts, matched and counted as a full export's are.
 */
export async function mergeOne(needs: Needs, { sequence, merge }: z.infer<typeof mergeInput>): Promise<Selected> {
  const { work } = needs
  const { aggregate, number } = merge
  const keys = workKeys(sequence)
  return once(work, keys.merged(merge), async () => {
    const { agreements, cut } = await getJson<Handover>(work, keys.handover)
    if (cut.mode !== 'delta') throw new Error(`handover ${sequence} is no delta`)
    const buckets = (await getJson<readonly number[]>(work, keys.buckets)).length
    return inScratch(needs.dir, 'merge', dir =>
      onEngine(needs.engine, async engine => {
        for (const kind of partsOf[aggregate]) {
          await mergeParts({
            engine,
            kind,
            dir,
            ...(await lendParts(work, { sequence, base: cut.base, merge, kind, dir })),
          })
        }
        const parts = await partFiles(dir)
        for (const kind of partsOf[aggregate]) {
          await engine.run(`CREATE TEMP VIEW ${kind} AS SELECT * FROM ${rowsOfParts(parts, kind)}`)
        }
        await openCounts(engine)
        await countParts(engine, aggregate, agreements)
        const selected = await takeCounts(engine, agreements)
        for (const kind of partsOf[aggregate]) await engine.run(`DROP VIEW ${kind}`)
        const found = await writeKeys(engine, parts, buckets, dir)
        await putParts(work, keys, `${aggregate}-${number}`, { parts, keys: found })
        return selected
      }),
    )
  })
}

export function mergeJob(needs: Needs) {
  return job('merge', mergeInput, async input => {
    await mergeOne(needs, input)
  })
}

interface Place {
  readonly sequence: number
  readonly base: number
  readonly merge: Merge
  readonly kind: PartKind
  readonly dir: string
}

/** The changes are fetched; the earlier parts, which are many, are fetched when they are asked for and do not stay. */
async function lendParts(work: ObjectStore, { sequence, base, merge, kind, dir }: Place) {
  const { aggregate, provinces } = merge
  const keys = workKeys(sequence)
  const listed = async (prefixes: readonly string[]) =>
    (await Promise.all(prefixes.map(prefix => work.list(prefix)))).flat()
  const fetched = async (prefixes: readonly string[], to: string) =>
    Promise.all((await listed(prefixes)).map(({ key }) => work.localFile(key, to)))
  const earlier = await listed(provinces.map(province => workKeys(base).parts(kind, province)))
  return {
    base: batchesOf(earlier, batchBytes).map(
      (batch): Lent =>
        use =>
          inScratch(dir, 'base', async scratch =>
            use(await Promise.all(batch.map(({ key }) => work.localFile(key, scratch)))),
          ),
    ),
    old: await fetched(
      provinces.map(province => keys.changed('old', kind, province)),
      dir,
    ),
    new: await fetched(
      provinces.map(province => keys.changed('new', kind, province)),
      dir,
    ),
    touched: await fetched([keys.touched(aggregate)], dir),
  }
}

/** Of earlier parts on the disk at a time. */
const batchBytes = 1024 ** 3
