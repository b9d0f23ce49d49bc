import { resolve } from 'node:path'
import { mediumTransport } from '../../lambdas/handover/pull/medium-files.ts'
import type { Pulled, PullOutcome, Taking, Unproven } from '../../lambdas/handover/pull/pull.ts'
import { pull } from '../../lambdas/handover/pull/pull-client.ts'
import type { PullTransport } from '../../lambdas/handover/pull/pull-transport.ts'
import { withStack } from '../../local/connect.ts'
import { lockState } from '../../local/stack/state-lock.ts'
import { thisMachine } from '../../local/this-machine.ts'
import { type Command, type Given, option, optional, UsageError } from '../command.ts'
import { knownRecipient } from '../known-recipient.ts'
import { makeNamedFolder } from '../named-folder.ts'
import { pullProgress } from '../pull-progress.ts'
import { apiAddress, httpsTransportTo, recipientTransport, transportNamed } from '../recipient-transport.ts'
import { stateDirOf, stateOption, trustDirOf } from '../state.ts'
import { grouped, table } from '../terminal.ts'

export const command: Command = {
  summary: 'Take what was handed over, verify it and send the receipt · Nhận, kiểm chứng và gửi biên nhận',
  form: {
    takes: [],
    usage:
      '--recipient R --to DIR [--changes] [--newest | --again] [--transport https|aws | --api URL | --from MEDIUM] [--state DIR]',
  },
  options: {
    ...stateOption,
    recipient: { type: 'string' },
    to: { type: 'string' },
    changes: { type: 'boolean' },
    newest: { type: 'boolean' },
    again: { type: 'boolean' },
    transport: { type: 'string' },
    from: { type: 'string' },
    api: { type: 'string' },
  },
  async run(given, terminal) {
    const stateDir = stateDirOf(given)
    const recipient = knownRecipient(option(given, 'recipient'))
    const dir = resolve(option(given, 'to'))
    const withChanges = given.options.changes === true
    const taking = takingOf(given)
    if (withChanges && taking === 'newest') throw new UsageError('--newest takes a snapshot whole: leave --changes out')
    const outcome = await alone(dir, () =>
      overTransport(given, recipient, transport =>
        pull({
          ...thisMachine,
          recipient,
          transport,
          dir,
          trustDir: trustDirOf(stateDir, recipient),
          withChanges,
          taking,
          onProgress: pullProgress(terminal),
        }),
      ),
    )
    const { handovers, ...facts } = outcome
    const last = handovers.at(-1) ?? { dir, files: 0, bytes: 0, verified: true }
    return {
      ok: last.verified && facts.heldReceipts.length === 0,
      document: { ...last, ...facts },
      lines: linesOf(outcome),
    }
  },
}

function takingOf({ options: { newest, again } }: Given): Taking {
  if (newest && again) throw new UsageError('name one of --newest and --again')
  if (newest) return 'newest'
  return again ? 'again' : 'new'
}

/** Two pulls into one folder would write into the same files. @throws StateInUse, UsageError */
async function alone<Result>(dir: string, work: () => Promise<Result>): Promise<Result> {
  await makeNamedFolder(dir)
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

function linesOf({ handovers, lastVerified, nextDue, late, passedOver, heldReceipts }: PullOutcome): readonly string[] {
  const held = new Set(heldReceipts.map(({ sequence }) => sequence))
  const { after = null, upTo } = passedOver ?? {}
  return [
    ...(passedOver
      ? [`  passed over: every handover${after === null ? '' : ` after ${after}`} up to ${upTo} · đã bỏ qua`]
      : []),
    ...(handovers.length
      ? handovers.flatMap(one => (one.verified ? provenLines(one, held.has(one.sequence)) : unprovenLines(one)))
      : nothingNewLines(lastVerified)),
    ...heldReceipts.map(({ sequence, message }) => `  ✗ the receipt of handover ${sequence} is held: ${message}`),
    ...(late ? [`  the next handover was due by ${nextDue}: ask the sender · đã quá hạn, hãy hỏi bên gửi`] : []),
  ]
}

function nothingNewLines(lastVerified: number | null): readonly string[] {
  if (lastVerified === null) return ['  nothing was handed over yet · chưa có gói nào']
  return [
    '  nothing new · không có gói mới',
    `  handover ${lastVerified} was verified before: --again takes it once more · --again để tải lại gói ${lastVerified}`,
  ]
}

function unprovenLines({ sequence, faults, newest }: Unproven): readonly string[] {
  return [
    ...table(
      ['file', 'fault'],
      faults.map(({ file, fault }) => [file, fault]),
    ),
    '',
    `  ✗ handover ${sequence} is not proven; no receipt was sent`,
    ...(newest === undefined
      ? []
      : [
          `  it is no longer kept, or held back from you: ask the sender; pull --newest takes handover ${newest} alone`,
          '  không còn lưu hoặc bị giữ lại: hãy hỏi bên gửi; pull --newest chỉ lấy gói mới nhất',
        ]),
  ]
}

function provenLines(pulled: Extract<Pulled, { verified: true }>, isHeld: boolean): readonly string[] {
  const { sequence, files, bytes, receipt, dir, changes } = pulled
  const sent = isHeld ? 'receipt held' : 'receipt sent'
  return [
    ...table(['dataset', 'rows'], Object.entries(receipt.rows)),
    '',
    `  ✓ handover ${sequence}: ${grouped(files)} files, ${grouped(bytes)} bytes, verified, ${sent}`,
    `  in ${dir}`,
    ...(changes ? [`  what changed since, in ${changes}`] : []),
  ]
}
