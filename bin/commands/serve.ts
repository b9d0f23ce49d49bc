import { once } from 'node:events'
import { startStack } from '../../local/stack/stack.ts'
import { type Command, optional, wholeNumber } from '../command.ts'
import { stateDirOf, stateOption } from '../state.ts'
import { table } from '../terminal.ts'

export const command: Command = {
  summary: 'Keep the embedded stack up · Chạy hệ thống trên máy này',
  form: { takes: [], usage: '[--port P] [--state DIR]' },
  options: { ...stateOption, port: { type: 'string' } },
  async run(given) {
    const dir = stateDirOf(given)
    const port = wholeNumber(optional(given, 'port') ?? '0', 'port', 0, 65_535)
    const { address, close } = await startStack({ dir, port })
    const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
    const rows = [['API', address.api], ...Object.entries(address.endpoints)]
    return {
      ok: true,
      document: { stateDir: dir, ...address },
      lines: [...table(['service', 'at'], rows), '', `  state in ${dir}; Ctrl+C stops it`],
      async stays() {
        await stopped
        await close()
        console.error('  stopped · đã dừng')
      },
    }
  },
}
