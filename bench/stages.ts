import { createReadStream } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { constants, createGunzip, zstdCompressSync } from 'node:zlib'
import { parsedAggregates } from '../lambdas/handover/agreement.ts'
import { agreementWith } from '../lambdas/handover/agreements.ts'
import { type CompactOutcome, compactOne } from '../lambdas/handover/compact/compact-job.ts'
import type { Unit } from '../lambdas/handover/compact/plan.ts'
import { plan } from '../lambdas/handover/compact/plan-job.ts'
import { convertOne } from '../lambdas/handover/convert/convert-job.ts'
import { matchOne } from '../lambdas/handover/convert/match-job.ts'
import { openDatabase } from '../lambdas/handover/engine/duckdb-engine.ts'
import { chunkBytes, engineMemory, unitRows } from '../lambdas/handover/engine/lambda-limits.ts'
import { checkSource } from '../lambdas/handover/export/check-source-job.ts'
import type { ExportedFile } from '../lambdas/handover/export/export-manifest.ts'
import { workKeys } from '../lambdas/handover/work-keys.ts'
import { getJson, putJson } from '../lambdas/handover/work-steps.ts'
import { dayInVietnam } from '../lambdas/registry/day.ts'
import { sha256Of } from '../lambdas/shared/digest-files.ts'
import type { ObjectStore } from '../lambdas/shared/object-store.ts'
import { folderStore } from '../local/folder-store.ts'
import { writeNationExport } from '../local/nation/export-directory.ts'
import { profiledEngine, type Stage } from './profiled-engine.ts'
import type { Section } from './results.ts'

const sequence = 1
const keys = workKeys(sequence)

/** Where does the time go, and how much of it must any program spend on these bytes? */
export async function benchStages(people: number): Promise<Section> {
  const dir = await mkdtemp(join(tmpdir(), 'bangiao-bench-'))
  try {
    const { manifestKey } = await writeNationExport(
      { people, seed: 1, today: dayInVietnam(new Date()) },
      { dir: join(dir, 'export'), files: 2 },
    )
    const [exports, work] = [folderStore(join(dir, 'export')), folderStore(join(dir, 'work'))]
    const stages = new Map<Stage, number>()
    const { convert, compact } = await steps({ exports, work }, manifestKey, dir, stages)
    const gunzip = await cpuOf(() => gunzipAll(join(dir, 'export')))
    const finals = await finalFiles(work, join(dir, 'work'))
    const hash = await cpuOf(() => Promise.all(finals.map(sha256Of)))
    const zstd = await zstdSeconds(finals, dir)
    const all = convert + compact
    const measured = [['gunzip', gunzip], ...stages, ['hash', hash]] as const
    const rest = Math.max(0, all - measured.reduce((sum, [, seconds]) => sum + seconds, 0))
    const share = (seconds: number) => `${((100 * seconds) / all).toFixed(0)} %`
    const limit = gunzip + zstd + hash
    return {
      title: 'Where the time goes',
      text: [
        `An export of ${people.toLocaleString('en')} people, contributions passed over, becomes the Ministry of Health’s files on one thread.`,
        'DuckDB’s stages are by its own profile of each statement; gunzip and hash are done again alone; the rest is what nothing else explains:',
        'finding lines, chunks on their way to the engine, moving files. The physical limit is gunzip, zstd of the same pages and SHA-256: what no program can do without.',
      ].join(' '),
      tables: [
        {
          caption: 'CPU seconds',
          header: ['stage', 'CPU s', 'share'],
          rows: [
            ...measured.map(([stage, seconds]) => [stage, seconds.toFixed(2), share(seconds)]),
            ['the rest', rest.toFixed(2), share(rest)],
            ['convert', convert.toFixed(2), share(convert)],
            ['compact', compact.toFixed(2), share(compact)],
            ['physical limit', limit.toFixed(2), share(limit)],
          ],
        },
      ],
    }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** CPU seconds of converting and of compacting, each child after the other. */
async function steps(
  stores: { readonly exports: ObjectStore; readonly work: ObjectStore },
  summaryKey: string,
  dir: string,
  stages: Map<Stage, number>,
) {
  const { work } = stores
  const database = await openDatabase({ dir: join(dir, 'duckdb'), threads: 1, memoryLimit: engineMemory })
  const engine = async () => profiledEngine(await database.connect(), join(dir, 'profile.json'), stages)
  const needs = { ...stores, published: folderStore(join(dir, 'published')), engine, dir, chunkBytes, unitRows }
  const each = async <Element>(list: string, take: (element: Element) => Promise<unknown>) => {
    for (const element of await getJson<readonly Element[]>(work, list)) await take(element)
  }
  try {
    await putJson(work, keys.handover, {
      sequence,
      asOfDay: dayInVietnam(new Date()),
      cut: { mode: 'full' },
      agreements: [agreementWith('moh')],
      aggregates: parsedAggregates([agreementWith('moh')]),
      previous: {},
    })
    await checkSource(needs, { sequence, summaryKeys: [summaryKey] })
    const convert = await cpuOf(() =>
      each<ExportedFile>(keys.dataFiles, dataFile => convertOne(needs, { sequence, dataFile })),
    )
    await each<number>(keys.buckets, bucket => matchOne(needs, { sequence, bucket }))
    await plan(needs, { sequence })
    const compact = await cpuOf(() => each<Unit>(keys.units, unit => compactOne(needs, { sequence, unit })))
    return { convert, compact }
  } finally {
    database.close()
  }
}

async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

async function gunzipAll(dir: string) {
  const files = (await readdir(dir, { recursive: true })).filter(name => name.endsWith('.json.gz'))
  for (const file of files)
    await pipeline(createReadStream(join(dir, file)), createGunzip({ chunkSize: 1024 * 1024 }), async pieces => {
      for await (const _ of pieces);
    })
}

async function finalFiles(work: ObjectStore, dir: string): Promise<readonly string[]> {
  const units = await getJson<readonly Unit[]>(work, keys.units)
  const outcomes = await Promise.all(units.map(unit => getJson<CompactOutcome>(work, keys.compacted(unit))))
  return outcomes.flatMap(({ files }) =>
    files.map(({ recipient, name }) => join(dir, keys.final('snapshots', recipient, name))),
  )
}

/** The pages of the final files, dictionaries and all, once without compression, then through zstd alone. */
async function zstdSeconds(files: readonly string[], dir: string): Promise<number> {
  const database = await openDatabase({ dir: join(dir, 'duckdb'), threads: 1, memoryLimit: engineMemory })
  const engine = await database.connect()
  const plain = join(dir, 'plain.parquet')
  let seconds = 0
  try {
    for (const file of files) {
      await engine.run(`COPY (SELECT * FROM read_parquet('${file}', hive_partitioning = false)) TO '${plain}'
        (FORMAT parquet, COMPRESSION uncompressed, ROW_GROUP_SIZE 122880)`)
      const bytes = await readFile(plain)
      seconds += await cpuOf(async () => zstdCompressSync(bytes, fastest))
    }
    return seconds
  } finally {
    database.close()
  }
}

const fastest = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }
