import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { type Applicable, applicable } from '../../lambdas/handover/apply.ts'
import { applyChanges, type Rebuilt } from '../../lambdas/handover/apply-engine.ts'
import { onEngine, openDatabase } from '../../lambdas/handover/duckdb-engine.ts'
import { type Trust, type Verified, verifyHandover } from '../../lambdas/handover/verify-files.ts'
import { argument, type Command, type Outcome, option, UsageError } from '../command.ts'
import { type Terminal, table } from '../terminal.ts'
import { trustFor, trustOptions } from '../trust.ts'

export const command: Command = {
  summary:
    'Rebuild the snapshot that a base and its change sets make · Dựng lại dữ liệu từ gói gốc và các gói thay đổi',
  usage: 'BASE CHANGES... --to DIR [--jwks FILE] [--state DIR]',
  options: { ...trustOptions, to: { type: 'string' } },
  async run(given, terminal) {
    const [base, ...changes] = [argument(given, 0, 'BASE'), argument(given, 1, 'CHANGES'), ...given.arguments.slice(2)]
    const dirs = [base, ...changes].map(dir => resolve(dir))
    const to = resolve(option(given, 'to'))
    await checkEmpty(to)
    const trust = await trustFor(resolve(base), given)
    const proven: Verified[] = []
    for (const dir of dirs) {
      const verdict = await prove(dir, trust, terminal)
      if ('fault' in verdict) return refused(verdict.file, verdict.fault)
      proven.push(verdict)
    }
    const [first, ...deltas] = proven as [Verified, ...Verified[]]
    const checked = applicable(first, deltas)
    if ('fault' in checked) return refused(dirs[checked.at] as string, checked.fault)
    const rebuilt = await rebuild(checked, dirs, to, terminal)
    const wrong = rebuilt.find(isWrong)
    if (wrong) return refused(to, `${wrong.dataset}: ${wrong.rows} rows result, ${wrong.expected} expected`)
    const { sequence, asOf } = (checked.deltas.at(-1) ?? checked.base).handover
    const rows = rebuilt.map(({ dataset, rows }) => [dataset, rows] as const)
    return {
      ok: true,
      document: { dir: to, sequence, asOf, rows: Object.fromEntries(rows) },
      lines: [
        ...table(['dataset', 'rows'], rows),
        '',
        `  ✓ as many as handover ${sequence} has, as of ${asOf}`,
        `  in ${to}`,
      ],
    }
  },
}

async function prove(dir: string, { jwks }: Trust, terminal: Terminal) {
  const progress = terminal.progress('verify · kiểm chứng', 1)
  const verdict = await verifyHandover(dir, { jwks }, (done, of) => progress.at(done, of))
  progress.done('files')
  if ('link' in verdict) return verdict
  const [{ file, fault }] = verdict.faults
  return { file: join(dir, file), fault }
}

/** Nothing stands at `to` unless every count is right. */
async function rebuild(
  checked: Applicable,
  [baseDir = '', ...deltaDirs]: readonly string[],
  to: string,
  terminal: Terminal,
): Promise<readonly Rebuilt[]> {
  const [dir, spill] = [`${to}.part`, `${to}.spill`]
  await rm(dir, { recursive: true, force: true })
  await mkdir(dir, { recursive: true })
  const progress = terminal.progress('apply · áp dụng thay đổi', 1)
  const onProvince = (done: number, of: number) => progress.at(done, of)
  const database = await openDatabase({ dir: spill, threads: availableParallelism(), memoryLimit: '2GB' })
  try {
    const rebuilt = await onEngine(
      () => database.connect(),
      engine => applyChanges({ ...checked, engine, baseDir, deltaDirs, dir, onProvince }),
    )
    progress.done('files')
    if (!rebuilt.some(isWrong)) await rename(dir, to)
    return rebuilt
  } finally {
    database.close()
    for (const left of [dir, spill]) await rm(left, { recursive: true, force: true })
  }
}

function isWrong({ rows, expected }: Rebuilt): boolean {
  return rows !== expected
}

function refused(at: string, fault: string): Outcome {
  return {
    ok: false,
    document: { error: { code: 'not-applicable', message: fault, reading: at } },
    lines: [`  ✗ ${relative(process.cwd(), at)}: ${fault}`],
  }
}

async function checkEmpty(dir: string) {
  const found: readonly string[] = await readdir(dir).catch(() => [])
  if (found.length) throw new UsageError(`${dir} holds something already; name an empty folder with --to`)
  await rm(dir, { recursive: true, force: true })
}
