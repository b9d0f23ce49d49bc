import { rmdir } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import type { Step } from '../../lambdas/handover/pull/apply.ts'
import { rebuildSnapshot } from '../../local/rebuild-snapshot.ts'
import { argument, type Command, option } from '../command.ts'
import { isEmptyFolder } from '../empty-folder.ts'
import { rebuildProgress } from '../rebuild-progress.ts'
import { table } from '../terminal.ts'
import { trustFor, trustOptions } from '../trust.ts'

export const command: Command = {
  summary:
    'Rebuild the snapshot that a base and its change sets make · Dựng lại dữ liệu từ gói gốc và các gói thay đổi',
  form: { takes: ['BASE', 'CHANGES...'], usage: '--to DIR [--jwks FILE] [--state DIR]' },
  options: { ...trustOptions, to: { type: 'string' } },
  async run(given, terminal) {
    const baseDir = resolve(argument(given, 0, 'BASE'))
    const changeDirs = [argument(given, 1, 'CHANGES'), ...given.arguments.slice(2)].map(dir => resolve(dir))
    const to = resolve(option(given, 'to'))
    if (await isEmptyFolder(to)) await rmdir(to)
    const { jwks } = await trustFor(baseDir, given)
    const snapshot = await rebuildSnapshot({ baseDir, changeDirs, to, jwks, onProgress: rebuildProgress(terminal) })
    if ('fault' in snapshot) {
      const { fault, at, ...step } = snapshot
      return {
        ok: false,
        document: { error: { code: 'not-applicable', message: fault, reading: at, ...step } },
        lines: [`  ✗ ${relative(process.cwd(), at)}: ${fault}${stepText(step)}`],
      }
    }
    const { sequence, asOf, rows } = snapshot
    return {
      ok: true,
      document: { dir: to, sequence, asOf, rows },
      lines: [
        ...table(['dataset', 'rows'], Object.entries(rows)),
        '',
        `  ✓ as many as handover ${sequence} has, as of ${asOf}`,
        `  in ${to}`,
      ],
    }
  },
}

/** The same sequence on both sides is that of two different handovers. */
function stepText({ previous, reached }: Partial<Step>): string {
  if (previous === undefined) return ''
  return previous === reached
    ? `: it leads on from another handover ${previous} than stands before it`
    : `: it leads on from handover ${previous}, and what stands before it is handover ${reached}`
}
