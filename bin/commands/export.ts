import { withStack } from '../../local/connect.ts'
import { followHandover } from '../../local/follow-handover.ts'
import type { Command } from '../command.ts'
import { handoverProgress } from '../handover-progress.ts'
import { stateDirOf, stateOption } from '../state.ts'

export const command: Command = {
  summary: 'Run a handover and follow it · Chạy một đợt bàn giao',
  usage: '[--state DIR]',
  options: stateOption,
  async run(given, terminal) {
    const execution = await withStack(stateDirOf(given), ({ address }) =>
      followHandover(address, handoverProgress(terminal)),
    )
    const ok = execution.status === 'SUCCEEDED'
    return {
      ok,
      document: ok ? execution : { error: { code: execution.error, message: execution.cause } },
      lines: [ok ? `  ✓ ${execution.name}` : `  ✗ ${execution.error}: ${execution.cause}`],
    }
  },
}
