import { resolve } from 'node:path'
import { mediumTransport } from '../../lambdas/handover/medium-files.ts'
import { type Pulled, pull } from '../../lambdas/handover/pull-client.ts'
import type { PullTransport } from '../../lambdas/handover/pull-transport.ts'
import { withStack } from '../../local/connect.ts'
import { thisMachine } from '../../local/this-machine.ts'
import { type Command, option, optional } from '../command.ts'
import { pullProgress } from '../pull-progress.ts'
import { recipientTransport, transportNamed } from '../recipient-transport.ts'
import { stateDirOf, stateOption, trustDirOf } from '../state.ts'
import { grouped, table } from '../terminal.ts'

export const command: Command = {
  summary: 'Take what was handed over, verify it and send the receipt · Nhận, kiểm chứng và gửi biên nhận',
  usage: '--recipient R --to DIR [--changes] [--transport https|aws | --from MEDIUM] [--state DIR]',
  options: {
    ...stateOption,
    recipient: { type: 'string' },
    to: { type: 'string' },
    changes: { type: 'boolean' },
    transport: { type: 'string' },
    from: { type: 'string' },
  },
  async run(given, terminal) {
    const stateDir = stateDirOf(given)
    const recipient = option(given, 'recipient')
    const dir = resolve(option(given, 'to'))
    const medium = optional(given, 'from')
    const take = (transport: PullTransport) =>
      pull({
        ...thisMachine,
        recipient,
        transport,
        dir,
        trustDir: trustDirOf(stateDir, recipient),
        withChanges: given.options.changes === true,
        onProgress: pullProgress(terminal),
      })
    const kind = transportNamed(optional(given, 'transport') ?? 'https')
    const pulled = medium
      ? await take(mediumTransport({ dir: resolve(medium), recipient }))
      : await withStack(stateDir, async stack => take(await recipientTransport(kind, stack, stateDir, recipient)))
    const failed = pulled.find(one => !one.verified)
    const last = pulled.at(-1)
    return {
      ok: failed === undefined,
      document: last ?? { dir, files: 0, bytes: 0, verified: true },
      lines: pulled.length ? pulled.flatMap(linesOf) : ['  nothing new · không có gói mới'],
    }
  },
}

export function linesOf(pulled: Pulled): readonly string[] {
  if (!pulled.verified) {
    const faults = pulled.faults.map(({ file, fault }) => [file, fault])
    return [
      ...table(['file', 'fault'], faults),
      '',
      `  ✗ handover ${pulled.sequence} is not proven; no receipt was sent`,
    ]
  }
  const rows = Object.entries(pulled.receipt.rows)
  return [
    ...table(['dataset', 'rows'], rows),
    '',
    `  ✓ handover ${pulled.sequence}: ${grouped(pulled.files)} files, ${grouped(pulled.bytes)} bytes, verified, receipt sent`,
    `  in ${pulled.dir}`,
    ...(pulled.changes ? [`  what changed since, in ${pulled.changes}`] : []),
  ]
}
