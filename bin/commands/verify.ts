import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { isChangeManifest } from '../../lambdas/handover/manifest.ts'
import { readSignedManifest, type Trust, verifyHandover } from '../../lambdas/handover/pull/verify-files.ts'
import { type InboxFault, isInbox, leadsToSeen, verifyInbox } from '../../lambdas/handover/pull/verify-inbox-files.ts'
import { argument, type Command, type Outcome } from '../command.ts'
import { ensureFolder } from '../named-folder.ts'
import { type Terminal, table } from '../terminal.ts'
import { trustFor, trustOptions } from '../trust.ts'

export const command: Command = {
  summary: 'Prove a pulled handover, or a whole chain of them, offline · Kiểm chứng gói bàn giao, không cần mạng',
  form: { takes: ['DIR'], usage: '[--jwks FILE] [--state DIR]' },
  options: trustOptions,
  async run(given, terminal) {
    const dir = resolve(argument(given, 0, 'DIR'))
    await ensureFolder(dir, 'the folder of a handover, or of several')
    if (!(await isInbox(dir))) return verifyOne(dir, await trustFor(dir, given), terminal)
    const [first = ''] = (await readdir(dir)).filter(name => /^[0-9]{12}$/.test(name)).sort()
    return verifyAll(dir, await trustFor(join(dir, first), given), terminal)
  },
}

async function verifyOne(dir: string, trust: Trust, terminal: Terminal): Promise<Outcome> {
  const progress = terminal.progress('verify · kiểm chứng', 1)
  const followed = await leadsToSeen(dir, trust)
  const { jwks } = trust
  const verdict = await verifyHandover(dir, followed ? { jwks } : trust, (done, of) => progress.at(done, of))
  const signed = await readSignedManifest(dir, jwks)
  progress.done('files')
  const later = followed ? `; ${trust.seen?.sequence} is the newest, and follows from it` : ''
  const proven =
    'manifest' in verdict
      ? [`  ✓ handover ${verdict.link.sequence} for ${verdict.manifest.handover.recipient} is proven${later}`]
      : []
  const isChanges = 'manifest' in signed && isChangeManifest(signed.manifest)
  const unchecked = isChanges ? 'a change set is no link of the chain' : uncheckedBy(trust)
  return outcome(verdict.faults, unchecked, { lines: proven })
}

async function verifyAll(dir: string, trust: Trust, terminal: Terminal): Promise<Outcome> {
  const progress = terminal.progress('verify · kiểm chứng', 1)
  const { faults, snapshots, changes } = await verifyInbox(dir, trust, (done, of) => progress.at(done, of))
  progress.done('handovers')
  const sequences = snapshots.map(({ link }) => link.sequence)
  const previous = snapshots[0]?.previous?.sequence ?? null
  return outcome(faults, uncheckedBy(trust), {
    document: { sequences, changeSets: changes.map(({ link }) => link.sequence), previous },
    lines: [
      `  ✓ handovers ${sequences.join(' → ')} are proven, and follow one another`,
      `  ✓ ${changes.length} change sets between them`,
      ...(previous === null
        ? []
        : [`  handover ${sequences[0]} is the first here, and follows handover ${previous}, which is not here`]),
    ],
  })
}

function uncheckedBy({ seen }: Trust): string | undefined {
  return seen ? undefined : 'nothing tells which handover was seen last'
}

/** `unchecked` is why a rollback was not looked for, where it was not. */
function outcome(
  faults: readonly InboxFault[],
  unchecked: string | undefined,
  proven: { readonly document?: object; readonly lines: readonly string[] },
): Outcome {
  const ok = faults.length === 0
  const rollback = unchecked === undefined ? [] : [`  rollback was not checked: ${unchecked}`]
  const faultLines = table(
    ['file', 'fault'],
    faults.map(({ file, fault }) => [file, fault]),
  )
  return {
    ok,
    document: { ok, faults, rollbackChecked: unchecked === undefined, ...proven.document },
    lines: ok ? [...proven.lines, ...rollback] : [...faultLines, '', '  ✗ not proven · không đạt'],
  }
}
