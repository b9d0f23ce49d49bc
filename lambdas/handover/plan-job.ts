import type { z } from 'zod'
import { job } from '../shared/job.ts'
import type { ObjectStore } from '../shared/object-store.ts'
import type { ConvertOutcome } from './convert-job.ts'
import type { ExportedFile } from './export-manifest.ts'
import { type Handover, stepInput } from './handover.ts'
import type { Matched } from './match-engine.ts'
import { planUnits } from './plan.ts'
import { checkExceptions, tallyUp } from './tally.ts'
import { workKeys } from './work-keys.ts'
import { getJson, putJson } from './work-steps.ts'

interface Needs {
  readonly work: ObjectStore
  readonly unitRows: number
}

/** Step 6: too many dangling references stop here; the rest is cut into units, each for one child to compact. */
export async function plan({ work, unitRows }: Needs, { sequence }: z.infer<typeof stepInput>) {
  const keys = workKeys(sequence)
  const { agreements } = await getJson<Handover>(work, keys.handover)
  const dataFiles = await getJson<readonly ExportedFile[]>(work, keys.dataFiles)
  const buckets = await getJson<readonly number[]>(work, keys.buckets)
  const tally = tallyUp(
    await Promise.all(dataFiles.map(({ name }) => getJson<ConvertOutcome>(work, keys.converted(name)))),
    await Promise.all(buckets.map(bucket => getJson<Matched>(work, keys.matched(bucket)))),
  )
  for (const agreement of agreements) checkExceptions(tally, agreement)
  const units = planUnits(Object.values(tally.selected).flat(), unitRows)
  await putJson(work, keys.tally, tally)
  await putJson(work, keys.units, units)
  return { units: units.length }
}

export function planJob(needs: Needs) {
  return job('plan', stepInput, input => plan(needs, input))
}
