import { readFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type BuiltPack, buildPack } from '../lambdas/checkin/pack/build-pack-job.ts'
import { enrolDesk } from '../lambdas/checkin/pack/desk-files.ts'
import { facilityPackKey } from '../lambdas/checkin/pack/pack-key-client.ts'
import { seenPeopleStore } from '../lambdas/checkin/pack/seen-people-store.ts'
import { newestOf, openSnapshot, type Snapshot } from '../lambdas/checkin/pack/snapshot-job.ts'
import { agreements } from '../lambdas/handover/agreements.ts'
import { openDatabase } from '../lambdas/handover/engine/duckdb-engine.ts'
import { latestKey } from '../lambdas/handover/latest.ts'
import { manifestName } from '../lambdas/handover/manifest.ts'
import { readJwks } from '../lambdas/handover/pull/trust-files.ts'
import { sha256Hex } from '../lambdas/handover/schemas.ts'
import type { Jwks } from '../lambdas/handover/signature.ts'
import { kmsSigner } from '../lambdas/handover/signer-client.ts'
import type { FacilityCode } from '../lambdas/registry/facility-code.ts'
import { s3ObjectStore } from '../lambdas/shared/object-store.ts'
import { inScratch } from '../lambdas/shared/scratch-files.ts'
import { withStack } from '../local/connect.ts'
import { folderStore } from '../local/folder-store.ts'
import { buckets, keys, tables } from '../local/stack/resources.ts'
import type { Clients } from '../local/stack/services.ts'
import { type Given, type Outcome, option, optional, UsageError } from './command.ts'
import { facilityOf } from './facility.ts'
import { deskDirOf, stateDirOf } from './state.ts'
import { grouped, type Terminal } from './terminal.ts'

/** Whose snapshot a pack is built from unless `--from` names another one. */
const usualSource = 'moh'

/** `pack build`: from a published snapshot of the stack; leaves the keys that open it to the facility's device. */
export async function build(given: Given, terminal: Terminal): Promise<Outcome> {
  const facility = facilityOf(given)
  const file = resolve(option(given, 'to'))
  const from = optional(given, 'from') ?? usualSource
  const stateDir = stateDirOf(given)
  const deskDir = deskDirOf(stateDir, facility)
  const started = performance.now()
  const built = await withStack(stateDir, async ({ address, clients }) => {
    const jwks = await readJwks(address.jwks)
    const built = await inScratch(tmpdir(), 'bangiao-pack', async dir =>
      buildFrom(
        await snapshotFrom(from, clients, jwks, join(dir, 'copies')),
        { facility, file, dir },
        clients,
        terminal,
      ),
    )
    await enrolDesk(deskDir, { facility, jwks }, built.key)
    return built
  })
  const { header, people, bytes } = built
  const { source, asOf, notAfter, lastDay, records, leftOut } = header
  const seconds = (performance.now() - started) / 1000
  return {
    ok: true,
    document: { file, facility, ...source, asOf, notAfter, lastDay, people, records, bytes, leftOut, deskDir, seconds },
    lines: [
      `  ✓ ${grouped(people)} people under ${grouped(records)} numbers, ${grouped(bytes)} bytes, in ${seconds.toFixed(1)} s · ${grouped(people)} người`,
      `  as of ${asOf}, for days until ${lastDay} · dữ liệu ngày ${header.asOfDay}, dùng đến hết ngày ${lastDay}`,
      `  in ${file}; the device’s keys in ${deskDir}`,
      `  ask it: npx bangiao desk load ${file} --facility ${facility}`,
    ],
  }
}

async function buildFrom(
  snapshot: Snapshot,
  { facility, file, dir }: { readonly facility: FacilityCode; readonly file: string; readonly dir: string },
  { db, kms }: Clients,
  terminal: Terminal,
): Promise<BuiltPack> {
  const progress = terminal.progress('build the pack · lập danh sách', snapshot.provinces.length)
  const database = await openDatabase({ dir: join(dir, 'spill'), threads: availableParallelism(), memoryLimit: '1GB' })
  try {
    const needs = {
      engine: () => database.connect(),
      signer: await kmsSigner(kms, keys.signing),
      key: (facility: FacilityCode, period: string) => facilityPackKey(kms, keys.pack, facility, period),
      seen: seenPeopleStore(db, { registryTable: tables.registry, lookupsTable: tables.lookups }),
      dir,
      clock: () => new Date(),
      onProvince: (done: number, of: number) => progress.at(done, of),
    }
    const built = await buildPack(needs, { facility, snapshot, to: file })
    progress.done('provinces')
    return built
  } finally {
    database.close()
  }
}

/** The newest one that a recipient was given, or one that lies in a folder. */
async function snapshotFrom(from: string, { s3 }: Clients, jwks: Jwks, copies: string): Promise<Snapshot> {
  if (agreements.some(({ recipient }) => recipient === from)) {
    const published = s3ObjectStore(s3, buckets.handover)
    return openSnapshot({ published, jwks, copies }, await newestOf(published, latestKey(from)))
  }
  const dir = resolve(from)
  const manifest = await readFile(join(dir, manifestName)).catch(() => {
    throw new UsageError(`--from: ${from} is neither a recipient nor a folder with a ${manifestName}`)
  })
  const place = { manifestKey: manifestName, manifestSha256: sha256Hex(manifest) }
  return openSnapshot({ published: folderStore(dir), jwks }, place)
}
