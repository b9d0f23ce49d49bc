import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { mediumTransport } from '../../lambdas/handover/pull/medium-files.ts'
import type { Pulled } from '../../lambdas/handover/pull/pull.ts'
import { pull } from '../../lambdas/handover/pull/pull-client.ts'
import type { PullTransport } from '../../lambdas/handover/pull/pull-transport.ts'
import { withStack } from '../../local/connect.ts'
import { lockState } from '../../local/stack/state-lock.ts'
import { thisMachine } from '../../local/this-machine.ts'
import { type Command, type Given, option, optional, UsageError } from '../command.ts'
import { knownRecipient } from '../known-recipient.ts'
import { pullProgress } from '../pull-progress.ts'
import { apiAddress, httpsTransportTo, recipientTransport, transportNamed } from '../recipient-transport.ts'
import { stateDirOf, stateOption, trustDirOf } from '../state.ts'
import { grouped, table } from '../terminal.ts'

export const command: Command = {
  summary: 'Take what was handed over, verify it and send the receipt · Nhận, kiểm chứng và gửi biên nhận',
  usage: '--recipient R --to DIR [--changes] [--transport https|aws | --api URL | --from MEDIUM] [--state DIR]',
  options: {
    ...stateOption,
    recipient: { type: 'string' },
    to: { type: 'string' },
    changes: { type: 'boolean' },
    transport: { type: 'string' },
    from: { type: 'string' },
    api: { type: 'string' },
  },
  async run(given, terminal) {
    const stateDir = stateDirOf(given)
    const recipient = knownRecipient(option(given, 'recipient'))
    const dir = resolve(option(given, 'to'))
    const pulled = await alone(dir, () =>
      overTransport(given, recipient, transport =>
        pull({
          ...thisMachine,
          recipient,
          transport,
          dir,
          trustDir: trustDirOf(stateDir, recipient),
          withChanges: given.options.changes === true,
          onProgress: pullProgress(terminal),
        }),
      ),
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

/** By the platform on this machine unless an address or a medium is named. */
async function overTransport<Result>(
  given: Given,
  recipient: string,
  use: (transport: PullTransport) => Promise<Result>,
): Promise<Result> {
  const [named, api, medium] = [optional(given, 'transport'), optional(given, 'api'), optional(given, 'from')]
  if ([named, api, medium].filter(way => way !== undefined).length > 1)
    throw new UsageError('name one of --transport, --api and --from')
  const stateDir = stateDirOf(given)
  if (medium) return use(mediumTransport({ dir: resolve(medium), recipient }))
  if (api) return use(await httpsTransportTo(apiAddress(api), stateDir, recipient))
  const kind = transportNamed(named ?? 'https')
  return withStack(stateDir, async stack => use(await recipientTransport(kind, stack, stateDir, recipient)))
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
