import { mkdir, rename, rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { DatasetName } from '../lambdas/handover/datasets.ts'
import { onEngine, openDatabase } from '../lambdas/handover/engine/duckdb-engine.ts'
import { type Applicable, applicable, type Step } from '../lambdas/handover/pull/apply.ts'
import { applyChanges, type Rebuilt } from '../lambdas/handover/pull/apply-engine.ts'
import { type Verified, verifyHandover } from '../lambdas/handover/pull/verify-files.ts'
import type { Jwks } from '../lambdas/handover/signature.ts'

export interface RebuildOptions {
  readonly baseDir: string
  /** In the order of the change sets. */
  readonly changeDirs: readonly string[]
  /** Must be empty or absent; nothing stands there unless every count is right. */
  readonly to: string
  readonly jwks: Jwks
  readonly onProgress?: (step: 'verify' | 'apply', done: number, of: number) => void
}

export interface Snapshot {
  /** The handover whose snapshot it is. */
  readonly sequence: number
  readonly asOf: string
  readonly rows: Readonly<Partial<Record<DatasetName, number>>>
}

/** What could not be proven or applied, and where. */
export interface NotApplicable extends Partial<Step> {
  readonly fault: string
  readonly at: string
}

/** Proves a snapshot and the change sets that lead on from it, and writes the snapshot that results. */
export async function rebuildSnapshot(options: RebuildOptions): Promise<Snapshot | NotApplicable> {
  const { baseDir, changeDirs, to, jwks, onProgress } = options
  const dirs = [baseDir, ...changeDirs]
  const proven: Verified[] = []
  for (const dir of dirs) {
    const verdict = await verifyHandover(dir, { jwks }, (done, of) => onProgress?.('verify', done, of))
    if (!('link' in verdict)) return { fault: verdict.faults[0].fault, at: join(dir, verdict.faults[0].file) }
    proven.push(verdict)
  }
  const [base, ...deltas] = proven as [Verified, ...Verified[]]
  const checked = applicable(base, deltas)
  if ('fault' in checked) return { ...checked, at: dirs[checked.at] as string }
  const rebuilt = await rebuild(checked, options)
  const wrong = rebuilt.find(isWrong)
  if (wrong) return { fault: `${wrong.dataset}: ${wrong.rows} rows result, ${wrong.expected} expected`, at: to }
  const { sequence, asOf } = (checked.deltas.at(-1) ?? checked.base).handover
  return { sequence, asOf, rows: Object.fromEntries(rebuilt.map(({ dataset, rows }) => [dataset, rows])) }
}

async function rebuild(checked: Applicable, options: RebuildOptions): Promise<readonly Rebuilt[]> {
  const { baseDir, changeDirs, to, onProgress } = options
  const [dir, spill] = [`${to}.part`, `${to}.spill`]
  await rm(dir, { recursive: true, force: true })
  await mkdir(dir, { recursive: true })
  const onProvince = (done: number, of: number) => onProgress?.('apply', done, of)
  const database = await openDatabase({ dir: spill, threads: availableParallelism(), memoryLimit: '2GB' })
  try {
    const rebuilt = await onEngine(
      () => database.connect(),
      engine => applyChanges({ ...checked, engine, baseDir, deltaDirs: changeDirs, dir, onProvince }),
    )
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
