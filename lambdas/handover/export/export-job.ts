import type { z } from 'zod'
import type { ObjectStore } from '../../shared/object-store.ts'
import { HandoverFault } from '../fault.ts'
import { type Handover, stepInput } from '../handover.ts'
import { type LeaseNeeds, leasedJob } from '../leased-job.ts'
import type { Run } from '../ledger-store.ts'
import type { TableExport } from './export-client.ts'
import { readHandover } from './start-job.ts'

interface Needs extends LeaseNeeds {
  readonly work: ObjectStore
  readonly tableExport: TableExport
}

/**
 * Step 2: begins the export of the cut, or one for each window of a delta, once, and later says how they stand. The state machine
 * asks until they are complete, however long that takes: DynamoDB promises no time, so each question renews the lease.
 */
export async function exportTable(
  { ledger, work, tableExport }: Omit<Needs, 'clock'>,
  { sequence }: z.infer<typeof stepInput>,
) {
  const run = (await ledger.run(sequence)) as Run
  const exportArns = run.exportArns ?? (await begin(await readHandover(work, sequence), run, tableExport))
  if (!run.exportArns) await ledger.putRun({ ...run, exportArns })
  const summaryKeys: string[] = []
  for (const exportArn of exportArns) {
    const state = await tableExport.state(exportArn)
    if (state.status === 'FAILED') throw new HandoverFault('export-failed', exportArn, state.reason)
    if (state.status === 'COMPLETED') summaryKeys.push(state.summaryKey)
  }
  if (summaryKeys.length < exportArns.length) return { status: 'IN_PROGRESS' as const }
  return { status: 'COMPLETED' as const, summaryKeys }
}

async function begin({ asOf, cut }: Handover, { sequence, execution }: Run, tableExport: TableExport) {
  const parts = cut.mode === 'full' ? [new Date(asOf)] : cut.windows
  return Promise.all(
    parts.map((part, n) => tableExport.begin(part, `handover-${sequence}-${n}-${execution}`.slice(0, 64))),
  )
}

export function exportJob(needs: Needs) {
  return leasedJob('export', stepInput, needs, input => exportTable(needs, input))
}
