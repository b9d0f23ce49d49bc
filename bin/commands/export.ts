import { withStack } from '../../local/connect.ts'
import { followHandover } from '../../local/follow-handover.ts'
import type { Execution, ExecutionOutput } from '../../local/stack/handover-executions.ts'
import type { Command } from '../command.ts'
import { ensureSucceeded } from '../handover-failed.ts'
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
    ensureSucceeded(execution)
    return { ok: true, document: execution, lines: [done(execution)] }
  },
}

function done({ name, output }: Execution): string {
  const { sequence, mode, insteadOfDelta } = output as ExecutionOutput
  const why = insteadOfDelta ? `, since a delta could not be taken: ${insteadOfDelta}` : ''
  return `  ✓ handover ${sequence}, ${mode}${why} (${name})`
}
