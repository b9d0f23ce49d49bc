import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { manifestName } from '../../lambdas/handover/manifest.ts'
import { readJwks, readTrust } from '../../lambdas/handover/trust-files.ts'
import { type Trust, verifyHandover } from '../../lambdas/handover/verify-files.ts'
import { argument, type Command, type Given, optional } from '../command.ts'
import { stateDirOf, stateOption, trustDirOf } from '../state.ts'
import { table } from '../terminal.ts'

export const command: Command = {
  summary: 'Prove a pulled handover offline · Kiểm chứng gói bàn giao, không cần mạng',
  usage: 'DIR [--jwks FILE] [--state DIR]',
  options: { ...stateOption, jwks: { type: 'string' } },
  async run(given, terminal) {
    const dir = resolve(argument(given, 0, 'DIR'))
    const trust = await trustFor(dir, given)
    const progress = terminal.progress('verify · kiểm chứng', 1)
    const verdict = await verifyHandover(dir, trust, (done, of) => progress.at(done, of))
    progress.done('files')
    const { faults } = verdict
    const rollback = trust.seen ? [] : ['  rollback was not checked: nothing tells which handover was seen last']
    const proven =
      'manifest' in verdict
        ? [`  ✓ handover ${verdict.link.sequence} for ${verdict.manifest.handover.recipient} is proven`]
        : []
    return {
      ok: faults.length === 0,
      document: { ok: faults.length === 0, faults, rollbackChecked: trust.seen !== undefined },
      lines: faults.length
        ? [
            ...table(
              ['file', 'fault'],
              faults.map(({ file, fault }) => [file, fault]),
            ),
            '',
            '  ✗ not proven · không đạt',
          ]
        : [...proven, ...rollback],
    }
  },
}

/** The keys that the user names; otherwise those that the recipient named in the manifest has enrolled. */
async function trustFor(dir: string, given: Given): Promise<Trust> {
  const named = optional(given, 'jwks')
  if (named) return { jwks: await readJwks(resolve(named)) }
  const recipient = (await unprovenManifest(dir))?.handover?.recipient
  return readTrust(
    trustDirOf(stateDirOf(given), /^[a-z0-9_]+$/.test(recipient ?? '') ? (recipient as string) : 'unknown'),
  )
}

interface UnprovenManifest {
  readonly handover?: { readonly recipient?: string }
}

/** Good for choosing whose keys to try, and for nothing else. */
async function unprovenManifest(dir: string): Promise<UnprovenManifest | undefined> {
  try {
    return JSON.parse(await readFile(join(dir, manifestName), 'utf8')) as UnprovenManifest
  } catch {
    return undefined
  }
}
