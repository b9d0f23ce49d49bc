import { readdir, rmdir } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import { rebuildSnapshot } from '../../local/rebuild-snapshot.ts'
import { argument, type Command, option, UsageError } from '../command.ts'
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
    await checkEmpty(to)
    const { jwks } = await trustFor(baseDir, given)
    const snapshot = await rebuildSnapshot({ baseDir, changeDirs, to, jwks, onProgress: rebuildProgress(terminal) })
    if ('fault' in snapshot) {
      const { fault, at } = snapshot
      return {
        ok: false,
        document: { error: { code: 'not-applicable', message: fault, reading: at } },
        lines: [`  ✗ ${relative(process.cwd(), at)}: ${fault}`],
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

/** What is there is never removed but for an empty folder. @throws UsageError */
async function checkEmpty(dir: string) {
  const found = await readdir(dir).catch(ifNoFolder(dir))
  if (!found) return
  if (found.length) throw new UsageError(`${dir} holds something already; name an empty folder with --to`)
  await rmdir(dir)
}

function ifNoFolder(dir: string) {
  return (error: NodeJS.ErrnoException): undefined => {
    if (error.code === 'ENOENT') return undefined
    throw error.code === 'ENOTDIR' ? new UsageError(`${dir} is no folder; name an empty one with --to`) : error
  }
}
