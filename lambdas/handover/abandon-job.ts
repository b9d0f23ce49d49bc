import { z } from 'zod'
import { job } from '../shared/job.ts'
import type { Ledger } from './ledger-store.ts'

interface Needs {
  readonly ledger: Ledger
}

export const abandonInput = z.object({
  sequence: z.int().min(0),
  failure: z.object({ Error: z.string(), Cause: z.string() }),
})

/** After a step that failed for good: writes down why, and gives the lease back so that the next handover may begin. */
export async function abandon({ ledger }: Needs, { sequence, failure }: z.infer<typeof abandonInput>) {
  const run = await ledger.run(sequence)
  if (!run) return
  await ledger.putRun({ ...run, state: 'failed', fault: `${failure.Error}: ${failure.Cause}` })
  await ledger.releaseLease(run.execution)
}

export function abandonJob(needs: Needs) {
  return job('abandon', abandonInput, input => abandon(needs, input))
}
