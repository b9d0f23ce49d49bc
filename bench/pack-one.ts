import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildPack } from '../lambdas/checkin/pack/build-pack-job.ts'
import { packKey } from '../lambdas/checkin/pack/pack-key.ts'
import type { Snapshot } from '../lambdas/checkin/pack/snapshot-job.ts'
import { openDatabase } from '../lambdas/handover/engine/duckdb-engine.ts'
import { engineMemory } from '../lambdas/handover/engine/lambda-limits.ts'
import type { Manifest } from '../lambdas/handover/manifest.ts'
import { pemSigner } from '../lambdas/handover/signature.ts'
import { dayInVietnam } from '../lambdas/registry/day.ts'
import type { FacilityCode } from '../lambdas/registry/facility-code.ts'
import type { ProvinceCode } from '../lambdas/registry/provinces.ts'
import { usageSince } from '../local/process-usage.ts'

/** One facility's pack from the files of one province, as an operator's command builds it: one thread of the engine. */
const [dir = '', eligibility = '', to = ''] = process.argv.slice(2)
const now = new Date()
const handover = { recipient: 'moh', sequence: 1, asOf: now.toISOString(), asOfDay: dayInVietnam(now) }
const files: Readonly<Record<string, string>> = { eligibility, persons: 'persons.parquet', cards: 'cards.parquet' }
const snapshot: Snapshot = {
  manifest: { handover } as object as Manifest,
  manifestSha256: '0'.repeat(64),
  provinces: ['01' as ProvinceCode],
  withFiles: (dataset, _, use) => use([join(dir, files[dataset] as string)]),
}
const started = performance.now()
const database = await openDatabase({ dir: join(dir, 'spill'), threads: 1, memoryLimit: engineMemory })
const { header, bytes } = await buildPack(
  {
    engine: () => database.connect(),
    signer: pemSigner(await readFile(join(dir, 'key.pem'), 'utf8')),
    key: async (_, period) => packKey(period, Buffer.alloc(32, 1)),
    seen: { until: async () => [] },
    dir,
    clock: () => now,
  },
  { facility: '01007' as FacilityCode, snapshot, to },
)
database.close()
console.log(JSON.stringify({ rows: { records: header.records }, bytes, ...usageSince(started) }))
