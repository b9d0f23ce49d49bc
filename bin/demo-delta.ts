import { rm } from 'node:fs/promises'
import { relative } from 'node:path'
import type { DatasetName } from '../lambdas/handover/datasets.ts'
import { type ChangeManifest, manifestName } from '../lambdas/handover/manifest.ts'
import type { Pulled } from '../lambdas/handover/pull/pull.ts'
import { readTrust } from '../lambdas/handover/pull/trust-files.ts'
import { readSignedManifest } from '../lambdas/handover/pull/verify-files.ts'
import { rebuildSnapshot } from '../local/rebuild-snapshot.ts'
import { rebuildProgress } from './rebuild-progress.ts'
import { type Terminal, table } from './terminal.ts'

/** What a delta brought, and whether it proves itself. */
export interface DeltaShown {
  readonly ok: boolean
  readonly document: {
    readonly sequence: number
    readonly pulledDir: string
    readonly changesDir: string
    readonly appliedDir: string
    readonly changes: Readonly<
      Record<string, { readonly inserts: number; readonly updates: number; readonly deletes: number }>
    >
    /** As pulled. */
    readonly rows: Readonly<Record<string, number>>
    /** Whether the base with its change set has as many. */
    readonly proven: boolean
  }
  readonly lines: readonly string[]
}

/** Applies a recipient's change set to what it held before, and compares that with the snapshot it was given. */
export async function showDelta(
  baseDir: string,
  pulled: Extract<Pulled, { verified: true }>,
  { trustDir, appliedDir }: { readonly trustDir: string; readonly appliedDir: string },
  terminal: Terminal,
): Promise<DeltaShown> {
  const { sequence, dir: pulledDir, changes: changesDir, receipt } = pulled
  if (!changesDir) throw new Error(`handover ${sequence} came without its change set`)
  const { jwks } = await readTrust(trustDir)
  await rm(appliedDir, { recursive: true, force: true })
  const onProgress = rebuildProgress(terminal)
  const applied = await rebuildSnapshot({ baseDir, changeDirs: [changesDir], to: appliedDir, jwks, onProgress })
  if ('fault' in applied) throw new Error(`${applied.at}: ${applied.fault}`)
  const signed = await readSignedManifest(changesDir, jwks)
  if ('fault' in signed) throw new Error(`${manifestName}: ${signed.fault}`)
  const totals = Object.entries((signed.manifest as ChangeManifest).handover.totals)
  const changed = totals.map(([name, { inserts, updates, deletes }]) => [name, { inserts, updates, deletes }] as const)
  const isSame = (name: string) => applied.rows[name as DatasetName] === receipt.rows[name]
  const proven = changed.every(([name]) => isSame(name))
  return {
    ok: proven,
    document: {
      sequence,
      pulledDir,
      changesDir,
      appliedDir,
      changes: Object.fromEntries(changed),
      rows: receipt.rows,
      proven,
    },
    lines: [
      ...table(
        ['a day later', 'inserts', 'updates', 'deletes', 'rows', ''],
        changed.map(([name, { inserts, updates, deletes }]) => [
          name,
          inserts,
          updates,
          deletes,
          receipt.rows[name] ?? 0,
          isSame(name) ? '✓' : '✗',
        ]),
      ),
      '',
      `  ${proven ? '✓' : '✗'} the handover before and the changes make the new one · gói trước cộng thay đổi bằng gói mới`,
      `    npx bangiao apply ${[baseDir, changesDir].map(dir => relative(process.cwd(), dir)).join(' ')} --to applied`,
    ],
  }
}
