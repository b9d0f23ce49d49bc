import type { z } from 'zod'
import { job } from '../../shared/job.ts'
import { stepInput } from '../handover.ts'
import type { Run } from '../ledger-store.ts'
import { clearOutboxes, type OutboxNeeds } from './outbox-steps.ts'

/** Step 13: sends the notices that wait, then gives the lease back. */
export async function notify(needs: OutboxNeeds, { sequence }: z.infer<typeof stepInput>) {
  const { ledger } = needs
  const notices = await clearOutboxes(needs, sequence)
  const run = (await ledger.run(sequence)) as Run
  await ledger.putRun({ ...run, state: 'published' })
  await ledger.releaseLease(run.execution)
  return { notices }
}

export function notifyJob(needs: OutboxNeeds) {
  return job('notify', stepInput, input => notify(needs, input))
}
