import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildPack } from '../../../lambdas/checkin/pack/build-pack-job.ts'
import { openPack, type Pack } from '../../../lambdas/checkin/pack/pack.ts'
import { openSnapshot } from '../../../lambdas/checkin/pack/snapshot-job.ts'
import { openDatabase } from '../../../lambdas/handover/engine/duckdb-engine.ts'
import { manifestName } from '../../../lambdas/handover/manifest.ts'
import { sha256Hex } from '../../../lambdas/handover/schemas.ts'
import type { Day } from '../../../lambdas/registry/day.ts'
import type { PersonId } from '../../../lambdas/registry/person-id.ts'
import { folderStore } from '../../../local/folder-store.ts'
import type { Population } from '../../handover/compact/expected-rows.ts'
import { aHandoverChain, type Published } from '../../handover/compact/handover-chain.ts'
import { jwks, moh, signer } from '../../handover/convert/conversion.ts'
import { folder } from '../../local/service.ts'
import { facility, key, trust } from './packs.ts'

/** Hands these people over at eight in the morning of that day and builds the facility's pack from what is published. */
export async function packFor(
  population: Population,
  day: Day,
  { seen = [] }: { readonly seen?: readonly PersonId[] } = {},
): Promise<Pack> {
  const at = new Date(`${day}T01:00:00Z`)
  const { packages } = await aHandoverChain(await folder()).full({ population, at }, [moh])
  return openedPack(await packOfSnapshot((packages.moh as Published).snapshot.dir, at, seen), at)
}

/** The file of a pack of the snapshot in `dir`. */
export async function packOfSnapshot(dir: string, now: Date, seen: readonly PersonId[] = []): Promise<Buffer> {
  const scratch = await folder()
  const to = join(scratch, 'the.pack')
  const manifestSha256 = sha256Hex(await readFile(join(dir, manifestName)))
  const published = folderStore(dir)
  const snapshot = await openSnapshot({ published, jwks }, { manifestKey: manifestName, manifestSha256 })
  const database = await openDatabase({ dir: join(scratch, 'spill'), threads: 1, memoryLimit: '200MB' })
  try {
    const needs = {
      engine: () => database.connect(),
      signer,
      key: async () => key,
      seen: { until: async () => seen },
      dir: scratch,
      clock: () => now,
    }
    await buildPack(needs, { facility, snapshot, to })
  } finally {
    database.close()
  }
  return readFile(to)
}

export async function openedPack(file: Buffer, now: Date): Promise<Pack> {
  const pack = await openPack(file, trust, now)
  if (typeof pack === 'string') throw new Error(pack)
  return pack
}
