import { z } from 'zod'
import { job } from '../../shared/job.ts'
import { clearOutboxes, type OutboxNeeds } from './outbox-steps.ts'

export const abandonInput = z.object({
  sequence: z.int().min(0),
  failure: z.object({ Error: z.string(), Cause: z.string() }),
})

/**
 * After a step that failed for good: whoever was served before it is told so, why it failed is written down, and the lease is given
 * back so that the next handover may begin.
 */
export async function abandon(needs: OutboxNeeds, { sequence, failure }: z.infer<typeof abandonInput>) {
  const { ledger } = needs
  const run = await ledger.run(sequence)
  if (!run) return
  try {
    await clearOutboxes(needs, sequence)
  } finally {
    await ledger.putRun({ ...run, state: 'failed', fault: `${failure.Error}: ${failure.Cause}` })
    await ledger.releaseLease(run.execution)
  }
}

export function abandonJob(needs: OutboxNeeds) {
  return job('abandon', abandonInput, input => abandon(needs, input))
}
