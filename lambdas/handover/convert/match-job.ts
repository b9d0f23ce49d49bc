import { z } from 'zod'
import { job } from '../../shared/job.ts'
import type { ObjectStore } from '../../shared/object-store.ts'
import { inScratch } from '../../shared/scratch-files.ts'
import { type Engine, onEngine } from '../engine/duckdb-engine.ts'
import { stepInput } from '../handover.ts'
import { workKeys } from '../work-keys.ts'
import { once } from '../work-steps.ts'
import { type Matched, matchKeys } from './match-engine.ts'

interface Needs {
  readonly work: ObjectStore
  readonly engine: () => Promise<Engine>
  readonly dir: string
}

export const matchInput = stepInput.extend({ bucket: z.int().min(0) })

/** Step 6: in one bucket of keys, who stands twice, whose household is absent and whose head is. */
export async function matchOne(
  { work, engine, dir }: Needs,
  { sequence, bucket }: z.infer<typeof matchInput>,
): Promise<Matched> {
  const keys = workKeys(sequence)
  return once(work, keys.matched(bucket), async () => {
    const listed = await work.list(keys.keys(bucket))
    if (listed.length === 0) return { absent: [], moving: 0, headAbsent: 0 }
    return inScratch(dir, 'match', async scratch => {
      const paths = await Promise.all(listed.map(({ key }) => work.localFile(key, scratch)))
      return onEngine(engine, engine => matchKeys(engine, paths))
    })
  })
}

export function matchJob(needs: Needs) {
  return job('match', matchInput, async input => {
    await matchOne(needs, input)
  })
}
