import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { onTestFinished } from 'vitest'
import { type Lookup, lookupItem } from '../../../lambdas/checkin/lookups/lookup-store.ts'
import { publishSeal } from '../../../lambdas/checkin/lookups/publish-seal-steps.ts'
import type { Seal } from '../../../lambdas/checkin/lookups/seal.ts'
import { sealPrefix } from '../../../lambdas/checkin/lookups/seal-manifest.ts'
import { sealRows } from '../../../lambdas/checkin/lookups/sealed-rows-engine.ts'
import { type Engine, openDatabase } from '../../../lambdas/handover/engine/duckdb-engine.ts'
import type { Link } from '../../../lambdas/handover/handover.ts'
import type { Signer } from '../../../lambdas/handover/signature.ts'
import { folderStore } from '../../../local/folder-store.ts'
import { signer as ours } from '../../handover/convert/conversion.ts'
import { folder } from '../../local/service.ts'

const hour = 3_600_000
const beginning = Date.parse('2026-11-22T02:00:00Z')

/** A log of hourly seals on disk, from two in the morning (UTC) on, that holds these looks by the hour; gives the folder that it is published in. */
export async function aLog(hours: readonly (readonly Lookup[])[], signer: Signer = ours): Promise<string> {
  const dir = await folder()
  const database = await openDatabase({ dir: join(dir, 'duckdb'), threads: 1, memoryLimit: '400MB' })
  onTestFinished(() => database.close())
  const engine = await database.connect()
  let previous: Link | null = null
  for (const [index, lookups] of hours.entries()) {
    const [from, to] = [beginning + index * hour, beginning + (index + 1) * hour].map(ms => new Date(ms).toISOString())
    const window = { from: index === 0 ? null : (from as string), to: to as string }
    const seal: Seal = { sequence: index + 1, window, mode: index === 0 ? 'full' : 'incremental', previous }
    previous = { sequence: seal.sequence, sha256: await publish(engine, dir, seal, lookups, signer) }
  }
  return join(dir, 'published')
}

/** `minute` of the log’s `hour`, both from 0. */
export function at(hourOfLog: number, minute = 0): Date {
  return new Date(beginning + hourOfLog * hour + minute * 60_000)
}

async function publish(engine: Engine, dir: string, seal: Seal, lookups: readonly Lookup[], signer: Signer) {
  const published = folderStore(join(dir, 'published'))
  const export_ = join(dir, 'export.json.gz')
  await writeFile(
    export_,
    gzipSync(lookups.map(lookup => `${JSON.stringify({ NewImage: lookupItem(lookup) })}\n`).join('')),
  )
  const rows = await sealRows(engine, [export_], lookups.length, seal, dir)
  const files = rows.files.map(({ path, ...file }) => ({ ...file, workKey: path }))
  for (const { name, workKey: path, sha256 } of files)
    await published.putNew(`${sealPrefix(seal.sequence)}${name}.parquet`, { path, sha256 })
  const schedule = { everySeconds: 3_600, longestSeconds: 86_400, lagSeconds: 300 }
  const work = folderStore(join(dir, 'work'))
  const needs = { work, published, signer, clock: () => new Date(seal.window.to), schedule }
  const content = { ...rows, files, exportArn: `arn:aws:dynamodb:::export/${seal.sequence}`, items: lookups.length }
  return publishSeal(needs, seal, content)
}
