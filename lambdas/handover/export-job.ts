import type { z } from 'zod'
import { job } from '../shared/job.ts'
import type { TableExport } from './export-client.ts'
import { HandoverFault } from './fault.ts'
import { stepInput } from './handover.ts'
import type { Ledger, Run } from './ledger-store.ts'

interface Needs {
  readonly ledger: Ledger
  readonly tableExport: TableExport
}

/** Step 2: begins the export of the cut, once, and later says how it stands. The state machine asks until it is complete. */
export async function exportTable({ ledger, tableExport }: Needs, { sequence }: z.infer<typeof stepInput>) {
  const run = (await ledger.run(sequence)) as Run
  const exportArn =
    run.exportArn ?? (await tableExport.begin(new Date(run.asOf), `handover-${sequence}-${run.execution}`.slice(0, 64)))
  if (!run.exportArn) await ledger.putRun({ ...run, exportArn })
  const state = await tableExport.state(exportArn)
  if (state.status === 'FAILED') throw new HandoverFault('export-failed', exportArn, state.reason)
  return state
}

export function exportJob(needs: Needs) {
  return job('export', stepInput, input => exportTable(needs, input))
}
