import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type Engine, onEngine } from '../../handover/engine/duckdb-engine.ts'
import { type Signer, signDetached } from '../../handover/signature.ts'
import { type Day, dayInVietnam } from '../../registry/day.ts'
import type { FacilityCode } from '../../registry/facility-code.ts'
import { monthOf } from '../../registry/month.ts'
import type { ProvinceCode } from '../../registry/provinces.ts'
import { inScratch } from '../../shared/scratch-files.ts'
import { type CaughtPerson, caughtSql, emptyTablesSql, peopleSql, seenSql } from './catchment-sql.ts'
import { daysFrom, packDays } from './cover.ts'
import { keyedHash } from './keyed-hash.ts'
import { headerBytes, type PackHeader, packFormat, packHead } from './pack-header.ts'
import type { PackKey } from './pack-key.ts'
import { PackNotBuilt } from './pack-not-built.ts'
import { type PackPerson, readPerson } from './people.ts'
import { encodeFacts, encodeRecord, type KeyedHash } from './record.ts'
import { type RecordSorter, recordSorter, type SortedRecords } from './record-files.ts'
import type { SeenPeople } from './seen-people-store.ts'
import type { Snapshot } from './snapshot-job.ts'

export interface BuildNeeds {
  readonly engine: () => Promise<Engine>
  readonly signer: Signer
  readonly key: (facility: FacilityCode, period: string) => Promise<PackKey>
  readonly seen: SeenPeople
  /** Where it may leave files while it works. */
  readonly dir: string
  readonly clock: () => Date
  readonly onProvince?: (done: number, of: number) => void
}

export interface BuiltPack {
  readonly header: PackHeader
  readonly key: PackKey
  readonly people: number
  /** Of the whole file. */
  readonly bytes: number
}

/** Builds a facility's pack from a published snapshot and leaves it at `to`, whole or not at all. @throws PackNotBuilt */
export async function buildPack(
  needs: BuildNeeds,
  { facility, snapshot, to }: { readonly facility: FacilityCode; readonly snapshot: Snapshot; readonly to: string },
): Promise<BuiltPack> {
  const { asOf, asOfDay } = snapshot.manifest.handover
  if (notAfter(asOf) < needs.clock())
    throw new PackNotBuilt('snapshot-too-old', `the snapshot is as of ${asOfDay}: run a handover first`)
  const key = await needs.key(facility, monthOf(asOfDay as Day))
  await mkdir(dirname(to), { recursive: true })
  return inScratch(needs.dir, 'pack', async dir => {
    const sorter = await recordSorter(join(dir, 'records'))
    const added = await addPeople(needs, facility, snapshot, keyedHash(key.secret), sorter)
    const body = join(dir, 'body')
    const sorted = await sorter.sorted(body)
    const header = headerOf(snapshot, facility, key, sorted, added.changing)
    const head = packHead(headerBytes(header), await signDetached(headerBytes(header), needs.signer))
    await placePack(to, head, body)
    return { header, key, people: added.people, bytes: head.length + sorted.bytes }
  })
}

interface Added {
  people: number
  /** Numbers of those whose cover changes too often for a record. */
  changing: number
}

/** One province after another: no more than its files lies on disk, no more than a batch of its people in memory. */
async function addPeople(
  { engine: open, seen, clock, onProvince }: BuildNeeds,
  facility: FacilityCode,
  snapshot: Snapshot,
  keyed: KeyedHash,
  sorter: RecordSorter,
): Promise<Added> {
  const added: Added = { people: 0, changing: 0 }
  const days = daysFrom(snapshot.manifest.handover.asOfDay as Day)
  await onEngine(open, async engine => {
    for (const sql of emptyTablesSql) await engine.run(sql)
    const ids = await seen.until(facility, dayInVietnam(clock()))
    for (let at = 0; at < ids.length; at += idsAtOnce) await engine.run(seenSql(ids.slice(at, at + idsAtOnce)))
    for (const [index, province] of snapshot.provinces.entries()) {
      await eachPerson(engine, facility, snapshot, province, async rows => {
        for (const row of rows) addPerson(readPerson(row, days), days, keyed, sorter, added)
        await sorter.settle()
      })
      onProvince?.(index + 1, snapshot.provinces.length)
    }
  })
  return added
}

const idsAtOnce = 1000

async function eachPerson(
  engine: Engine,
  facility: FacilityCode,
  snapshot: Snapshot,
  province: ProvinceCode,
  take: (rows: readonly CaughtPerson[]) => Promise<void>,
) {
  await snapshot.withFiles('eligibility', province, async paths => {
    if (paths.length) await engine.run(caughtSql(paths, facility))
  })
  const [caught] = await engine.rows<{ people: bigint }>('SELECT count(*) AS people FROM caught')
  if (!caught?.people) return
  await snapshot.withFiles('persons', province, persons =>
    snapshot.withFiles('cards', province, async cards => {
      const statements = peopleSql({ persons, cards }, snapshot.manifest.handover.asOfDay as Day)
      for (const sql of statements.slice(0, -1)) await engine.run(sql)
      for await (const rows of engine.batches<CaughtPerson>(statements.at(-1) as string)) await take(rows)
    }),
  )
  await engine.run('DELETE FROM caught')
}

function addPerson(
  { numbers, birthDate, cover }: PackPerson,
  days: readonly Day[],
  keyed: KeyedHash,
  sorter: RecordSorter,
  added: Added,
) {
  added.people++
  if (!cover) {
    added.changing += numbers.length
    return
  }
  const facts = encodeFacts(birthDate, cover, days)
  for (const number of numbers) sorter.add(encodeRecord(keyed, number, birthDate, facts))
}

function headerOf(
  { manifest, manifestSha256 }: Snapshot,
  facility: FacilityCode,
  { period, id }: PackKey,
  { records, bytes, sha256, shared }: SortedRecords,
  changing: number,
): PackHeader {
  const { recipient, sequence, asOf, asOfDay } = manifest.handover
  return {
    format: packFormat,
    facility,
    source: { recipient, sequence, manifestSha256 },
    asOf,
    asOfDay: asOfDay as Day,
    notAfter: notAfter(asOf).toISOString(),
    lastDay: daysFrom(asOfDay as Day).at(-1) as Day,
    key: { period, id },
    records,
    bodyBytes: bytes,
    bodySha256: sha256,
    leftOut: { shared, changing },
  }
}

/** A pack's life, counted from its snapshot's cut. */
function notAfter(asOf: string): Date {
  return new Date(Date.parse(asOf) + (packDays - 1) * 86_400_000)
}

/** Whoever reads `to` finds a whole pack or none. */
async function placePack(to: string, head: Uint8Array, body: string) {
  const unfinished = `${to}.part`
  await writeFile(unfinished, head)
  await pipeline(createReadStream(body), createWriteStream(unfinished, { flags: 'a' }))
  await rename(unfinished, to)
}
