import { withStack } from '../../local/connect.ts'
import { followHandover } from '../../local/follow-handover.ts'
import type { Execution, ExecutionOutput } from '../../local/stack/handover-executions.ts'
import type { Command } from '../command.ts'
import { handoverProgress } from '../handover-progress.ts'
import { stateDirOf, stateOption } from '../state.ts'

export const command: Command = {
  summary: 'Run a handover and follow it · Chạy một đợt bàn giao',
  form: { takes: [], usage: '[--delta] [--state DIR]' },
  options: { ...stateOption, delta: { type: 'boolean' } },
  async run(given, terminal) {
    const execution = await withStack(stateDirOf(given), ({ address }) =>
      followHandover(address, { mode: given.options.delta ? 'delta' : 'full' }, handoverProgress(terminal)),
    )
    const ok = execution.status === 'SUCCEEDED'
    return {
      ok,
      document: ok ? execution : { error: { code: execution.error, message: execution.cause } },
      lines: [ok ? done(execution) : `  ✗ ${execution.error}: ${execution.cause}`],
    }
  },
}

function done({ name, output }: Execution): string {
  const { sequence, mode, insteadOfDelta } = output as ExecutionOutput
  const why = insteadOfDelta ? `, since a delta could not be taken: ${insteadOfDelta}` : ''
  return `  ✓ handover ${sequence}, ${mode}${why} (${name})`
}
