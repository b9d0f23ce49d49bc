import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Pulled, pull } from '../../lambdas/handover/pull-client.ts'
import type { PullTransport } from '../../lambdas/handover/pull-transport.ts'
import { withStack } from '../../local/connect.ts'
import { lockState } from '../../local/stack/state-lock.ts'
import { thisMachine } from '../../local/this-machine.ts'
import { type Command, option, optional, UsageError } from '../command.ts'
import { pullProgress } from '../pull-progress.ts'
import { apiAddress, httpsTransportTo, recipientTransport, transportNamed } from '../recipient-transport.ts'
import { stateDirOf, stateOption, trustDirOf } from '../state.ts'
import { grouped, table } from '../terminal.ts'

export const command: Command = {
  summary: 'Take what was handed over, verify it and send the receipt · Nhận, kiểm chứng và gửi biên nhận',
  usage: '--recipient R --to DIR [--changes] [--api URL | --transport https|aws] [--state DIR]',
  options: {
    ...stateOption,
    recipient: { type: 'string' },
    to: { type: 'string' },
    changes: { type: 'boolean' },
    transport: { type: 'string' },
    api: { type: 'string' },
  },
  async run(given, terminal) {
    const stateDir = stateDirOf(given)
    const recipient = option(given, 'recipient')
    const dir = resolve(option(given, 'to'))
    const kind = transportNamed(optional(given, 'transport') ?? 'https')
    const api = optional(given, 'api')
    if (api && kind !== 'https') throw new UsageError('--api is for --transport https')
    const pullOver = (transport: PullTransport) =>
      pull({
        ...thisMachine,
        recipient,
        transport,
        dir,
        trustDir: trustDirOf(stateDir, recipient),
        withChanges: given.options.changes === true,
        onProgress: pullProgress(terminal),
      })
    const pulled = await alone(dir, async () =>
      api
        ? pullOver(await httpsTransportTo(apiAddress(api), stateDir, recipient))
        : withStack(stateDir, async stack => pullOver(await recipientTransport(kind, stack, stateDir, recipient))),
    )
    const failed = pulled.find(one => !one.verified)
    const last = pulled.at(-1)
    return {
      ok: failed === undefined,
      document: last ?? { dir, files: 0, bytes: 0, verified: true },
      lines: pulled.length ? pulled.flatMap(linesOf) : ['  nothing new · không có gói mới'],
    }
  },
}

/** Two pulls into one folder would write into the same files. @throws StateInUse */
async function alone<Result>(dir: string, work: () => Promise<Result>): Promise<Result> {
  await mkdir(dir, { recursive: true })
  const unlock = await lockState(dir)
  try {
    return await work()
  } finally {
    await unlock()
  }
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
