import { type AsyncBuffer, type ParquetQueryFilter, parquetMetadataAsync, parquetReadObjects } from 'hyparquet'
import type { Link } from '../../handover/handover.ts'
import { latestKey } from '../../handover/latest.ts'
import { manifestName, signatureName } from '../../handover/manifest.ts'
import { sha256Hex } from '../../handover/schemas.ts'
import { detachedFault, type Jwks } from '../../handover/signature.ts'
import type { FacilityCode } from '../../registry/facility-code.ts'
import { atOnce } from '../../shared/at-once.ts'
import type { ObjectSlices } from '../../shared/object-slices-store.ts'
import type { ObjectStore } from '../../shared/object-store.ts'
import { readLatestSeal } from './latest-seal.ts'
import type { Lookup } from './lookup-store.ts'
import { type FoundSeal, logFaults } from './seal-faults.ts'
import { logName, readSealManifest, type SealManifest, sealPrefix } from './seal-manifest.ts'

/** The log of lookups where it is published, and whose seals count. */
export interface SealedLog {
  readonly published: ObjectStore
  readonly slices: ObjectSlices
  readonly jwks: Jwks
}

export interface SealedLookups {
  /** The oldest first. */
  readonly lookups: readonly Lookup[]
  /** The first instant that is not sealed yet: later looks are not among them. Null before the first seal. */
  readonly sealedTo: string | null
}

/** The log is not whole, or somebody else has signed in it. */
export class BrokenLog extends Error {
  override readonly name = 'BrokenLog'
  readonly code = 'broken-log'
}

/**
 * Every sealed look at any of the numbers with these hashes. Of each file it reads the footer and the few groups of rows that may hold
 * one of them.
 * @throws BrokenLog when a signature or the chain does not hold; the bytes of files it does not hash.
 */
export async function lookupsOf(log: SealedLog, numberHashes: readonly string[]): Promise<SealedLookups> {
  const seals = await provenSeals(log)
  const found = await atOnce(filesAtOnce, seals, seal =>
    readRows(log, seal, { number_hash: { $in: [...numberHashes] } }, columns),
  )
  const lookups = new Map(found.flat().map(row => [`${row.instant.toISOString()} ${row.id}`, lookupOf(row)]))
  return {
    lookups: [...lookups.values()].sort((a, b) => a.instant.getTime() - b.instant.getTime()),
    sealedTo: seals.at(-1)?.seal.window.to ?? null,
  }
}

const filesAtOnce = 16

interface Row {
  readonly number_hash: string
  readonly instant: Date
  readonly facility: FacilityCode
  readonly officer: string | null
  readonly officer_hash: string | null
  readonly purpose: Lookup['purpose']
  readonly id: string
}

const columns = ['number_hash', 'instant', 'facility', 'officer', 'officer_hash', 'purpose', 'id']

/** The seals from the first to the newest. */
async function provenSeals({ published, jwks }: SealedLog): Promise<readonly SealManifest[]> {
  // Before the listing, which then cannot lack what this names
  const said = await published.get(latestKey(logName))
  const listed = await published.list(`${logName}/`)
  const folders = listed.flatMap(
    ({ key }) => new RegExp(`^${logName}/([0-9]{12})/${manifestName}$`).exec(key)?.[1] ?? [],
  )
  const seals = await atOnce(filesAtOnce, folders, async (folder): Promise<FoundSeal> => {
    const bytes = await required(published, `${logName}/${folder}/${manifestName}`)
    const signature = await required(published, `${logName}/${folder}/${signatureName}`)
    const fault = await detachedFault(bytes, Buffer.from(signature).toString(), jwks)
    if (fault) throw new BrokenLog(`seal ${folder}: ${fault}`)
    const manifest = readSealManifest(bytes)
    if (!manifest) throw new BrokenLog(`seal ${folder}: malformed`)
    const link: Link = { sequence: manifest.seal.sequence, sha256: sha256Hex(bytes) }
    return { folder, link, manifest }
  })
  if (!said && seals.length === 0) return []
  const latest = said ? await readLatestSeal(said.bytes, jwks) : 'missing'
  if (typeof latest === 'string') throw new BrokenLog(`${latestKey(logName)}: ${latest}`)
  const [fault] = logFaults(seals, latest, undefined)
  if (fault) throw new BrokenLog(`${fault.file}: ${fault.fault}`)
  return seals.map(({ manifest }) => manifest).sort((a, b) => a.seal.sequence - b.seal.sequence)
}

async function required(published: ObjectStore, key: string): Promise<Uint8Array> {
  const found = await published.get(key)
  if (!found) throw new BrokenLog(`${key}: missing`)
  return found.bytes
}

async function readRows(
  { slices }: SealedLog,
  { seal, resources }: SealManifest,
  filter: ParquetQueryFilter,
  columns: string[],
): Promise<readonly Row[]> {
  const lookups = resources.find(({ name }) => name === 'lookups')
  if (!lookups || seal.counts.lookups === 0) return []
  const key = `${sealPrefix(seal.sequence)}${lookups.path}`
  const file: AsyncBuffer = {
    byteLength: lookups.bytes,
    slice: (start, end = lookups.bytes) => slices.slice(key, start, end),
  }
  const metadata = await parquetMetadataAsync(file, { initialFetchSize: footerBytes })
  return (await parquetReadObjects({ file, metadata, filter, columns })) as unknown as readonly Row[]
}

/** A day's footer is shorter, and a longer one is fetched at a second try. */
const footerBytes = 64 * 1024

function lookupOf({ number_hash: numberHash, instant, facility, officer, officer_hash, purpose, id }: Row): Lookup {
  return {
    id,
    numberHash,
    instant,
    facility,
    ...(officer !== null && { officer }),
    ...(officer_hash !== null && { officerHash: officer_hash }),
    purpose,
  }
}
