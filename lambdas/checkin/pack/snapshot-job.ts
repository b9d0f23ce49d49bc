import { rm } from 'node:fs/promises'
import type { DatasetName } from '../../handover/datasets.ts'
import { readLatest } from '../../handover/latest.ts'
import { isChangeManifest, type Manifest } from '../../handover/manifest.ts'
import { provenManifest } from '../../handover/sharing/proven-manifest-steps.ts'
import type { Jwks } from '../../handover/signature.ts'
import type { ProvinceCode } from '../../registry/provinces.ts'
import { sha256Of } from '../../shared/digest-files.ts'
import type { ObjectStore } from '../../shared/object-store.ts'
import { PackNotBuilt } from './pack-not-built.ts'

/** A published snapshot, its signature proven; each file's hash is once it is needed. */
export interface Snapshot {
  readonly manifest: Manifest
  readonly manifestSha256: string
  readonly provinces: readonly ProvinceCode[]
  /** Local copies of one dataset's files of a province, for as long as `use` takes. @throws PackNotBuilt */
  withFiles<Result>(
    dataset: DatasetName,
    province: ProvinceCode,
    use: (paths: readonly string[]) => Promise<Result>,
  ): Promise<Result>
}

export interface SnapshotNeeds {
  readonly published: ObjectStore
  readonly jwks: Jwks
  /** Where copies of objects may lie; none where the store's own files can be read. */
  readonly copies?: string
}

/** Where a snapshot's manifest stands, and which one it is. */
export interface ManifestPlace {
  readonly manifestKey: string
  readonly manifestSha256: string
}

/** The newest snapshot of a recipient, as `latest` tells. @throws PackNotBuilt when there is none. */
export async function newestOf(published: ObjectStore, latestKey: string): Promise<ManifestPlace> {
  const latest = await published.get(latestKey)
  if (!latest) throw new PackNotBuilt('no-snapshot', `nothing is published at ${latestKey}: run a handover first`)
  return readLatest(latest.bytes)
}

/** @throws PackNotBuilt when it is gone, not signed by us, no snapshot, or without what a pack needs. */
export async function openSnapshot(
  { published, jwks, copies }: SnapshotNeeds,
  place: ManifestPlace,
): Promise<Snapshot> {
  const { manifestKey, manifestSha256 } = place
  const manifest = await provenManifest({ published, jwks: async () => jwks }, place).catch(error => {
    throw new PackNotBuilt('not-proven', (error as Error).message)
  })
  if (!manifest) throw new PackNotBuilt('no-snapshot', `there is no ${manifestKey}`)
  if (isChangeManifest(manifest)) throw new PackNotBuilt('not-a-snapshot', `${manifestKey} is a change set`)
  checkColumns(manifest)
  const folder = manifestKey.slice(0, manifestKey.lastIndexOf('/') + 1)
  const localFile = async (path: string, hash: string) => {
    const file = await published.localFile(`${folder}${path}`, copies ?? '')
    if (`sha256:${await sha256Of(file)}` !== hash) throw new PackNotBuilt('not-proven', `${path}: wrong-hash`)
    return file
  }
  return {
    manifest,
    manifestSha256,
    provinces: provincesOf(manifest),
    async withFiles(dataset, province, use) {
      const paths: string[] = []
      try {
        for (const { path, hash } of filesIn(manifest, dataset, province)) paths.push(await localFile(path, hash))
        return await use(paths)
      } finally {
        if (copies) for (const path of paths) await rm(path, { force: true })
      }
    },
  }
}

const needed = {
  eligibility: ['person_id', 'province_code', 'level', 'facility_code', 'valid_to'],
  persons: [
    ...['person_id', 'birth_date', 'birth_date_precision', 'died_on'],
    ...['insurance_number', 'former_insurance_number', 'national_id'],
  ],
  cards: ['person_id', 'card_number', 'valid_from', 'valid_to', 'issued_on', 'recalled_on'],
} as const satisfies Partial<Record<DatasetName, readonly string[]>>

function checkColumns({ handover: { agreement } }: Manifest) {
  for (const [dataset, columns] of Object.entries(needed)) {
    const granted: readonly string[] = agreement.datasets[dataset as DatasetName] ?? []
    const missing = columns.filter(column => !granted.includes(column))
    if (missing.length)
      throw new PackNotBuilt(
        'snapshot-lacks-columns',
        `${agreement.recipient} is given no ${missing.join(', ')} of ${dataset}; name a recipient who is with --from`,
      )
  }
}

function provincesOf({ resources }: Manifest): readonly ProvinceCode[] {
  const codes = resources.flatMap(file => file['handover:partition']?.province ?? [])
  return [...new Set(codes)].sort() as readonly string[] as readonly ProvinceCode[]
}

function filesIn({ resources }: Manifest, dataset: DatasetName, province: string) {
  return resources.filter(
    file => file['handover:dataset'] === dataset && file['handover:partition']?.province === province,
  )
}
