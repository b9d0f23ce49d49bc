import { appendFile, cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Lookup } from '../../../lambdas/checkin/lookups/lookup-store.ts'
import type { SealManifest } from '../../../lambdas/checkin/lookups/seal-manifest.ts'
import { verifySeals } from '../../../lambdas/checkin/lookups/verify-seals-files.ts'
import { latestPayload } from '../../../lambdas/handover/latest.ts'
import { manifestBytes } from '../../../lambdas/handover/manifest.ts'
import { sha256Hex } from '../../../lambdas/handover/schemas.ts'
import { type Signer, signDetached, signFlattened } from '../../../lambdas/handover/signature.ts'
import type { FacilityCode } from '../../../lambdas/registry/facility-code.ts'
import { keyPair } from '../../access/clients.ts'
import { flipped } from '../../handover/bytes.ts'
import { jwks, signer } from '../../handover/convert/conversion.ts'
import { aLog, at } from './a-log.ts'

const first = '000000000001'
const second = '000000000002'
const third = '000000000003'

describe('a log of lookups', () => {
  it('is proven whole', async () => {
    const log = await threeHours()
    const { faults, seals } = await verifySeals(log, { jwks })
    expect(faults).toEqual([])
    expect(seals.map(({ link, manifest }) => [link.sequence, manifest.seal.counts.lookups])).toEqual([
      [1, 2],
      [2, 0],
      [3, 1],
    ])
  })

  const spoilt: readonly [that: string, spoil: (log: string) => Promise<unknown>, faults: readonly string[]][] = [
    ['lost a seal', log => rm(join(log, second), { recursive: true }), [`${third}/datapackage.json link-missing`]],
    ['lost its newest seal', log => rm(join(log, third), { recursive: true }), ['latest.json cut']],
    ['lost its first seal', log => rm(join(log, first), { recursive: true }), [`${second}/datapackage.json cut`]],
    [
      'is empty',
      log => Promise.all([first, second, third].map(one => rm(join(log, one), { recursive: true }))),
      ['latest.json cut'],
    ],
    ['lost latest.json', log => rm(join(log, 'latest.json')), ['latest.json missing']],
    [
      'has a seal twice',
      log => cp(join(log, second), join(log, 'copy'), { recursive: true }),
      ['copy/datapackage.json link-reordered', 'copy/datapackage.json link-repeated'],
    ],
    [
      'has two seals in each other’s place',
      async log => {
        await rename(join(log, first), join(log, 'aside'))
        await rename(join(log, second), join(log, first))
        await rename(join(log, 'aside'), join(log, second))
      },
      [`${second}/datapackage.json link-reordered`, `${first}/datapackage.json link-reordered`],
    ],
    [
      'was rewritten from its middle on',
      log => resign(log, second, manifest => ({ ...manifest, created: '2026-11-23T00:00:00.000Z' })),
      [`${third}/datapackage.json link-forked`],
    ],
    [
      'was rewritten at its end',
      log => resign(log, third, manifest => ({ ...manifest, created: '2026-11-23T00:00:00.000Z' })),
      [`${third}/datapackage.json link-forked`],
    ],
    [
      'has a row altered',
      log => spoil(join(log, first, 'lookups.parquet'), bytes => flipped(bytes, 100)),
      [`${first}/lookups.parquet wrong-hash`],
    ],
    [
      'has a file cut short',
      log => spoil(join(log, first, 'lookups.parquet'), bytes => bytes.subarray(9)),
      [`${first}/lookups.parquet wrong-size`],
    ],
    ['lost a file', log => rm(join(log, first, 'lookups.parquet')), [`${first}/lookups.parquet missing`]],
    [
      'has a file more',
      log => writeFile(join(log, second, 'more.parquet'), 'PAR1'),
      [`${second}/more.parquet not-listed`],
    ],
    ['has something beside its seals', log => writeFile(join(log, 'notes.txt'), ''), ['notes.txt not-listed']],
    ['has a folder beside its seals', log => mkdir(join(log, 'more')), ['more/datapackage.json missing']],
    [
      'lost its newest manifest',
      log => rm(join(log, third, 'datapackage.json')),
      [`${third}/datapackage.json missing`, 'latest.json cut'],
    ],
    [
      'has a manifest altered',
      log => appendFile(join(log, third, 'datapackage.json'), ' '),
      [`${third}/datapackage.json.jws wrong-signature`, 'latest.json cut'],
    ],
    [
      'is signed by somebody else',
      log => resign(log, third, manifest => manifest, keyPair().signer),
      [`${third}/datapackage.json.jws unknown-key`, 'latest.json cut'],
    ],
    [
      'has a latest.json of somebody else',
      async log => {
        const latest = latestPayload(await readFile(join(log, 'latest.json')))
        const jws = await signFlattened(Buffer.from(JSON.stringify(latest)), keyPair().signer)
        await writeFile(join(log, 'latest.json'), JSON.stringify(jws))
      },
      ['latest.json unknown-key'],
    ],
    [
      'says wrong counts',
      log => resignLast(log, ({ seal }) => ({ counts: { ...seal.counts, lookups: 0, earlier: 1 } })),
      [`${third}/datapackage.json wrong-totals`],
    ],
    [
      'leaves an hour out',
      log => resignLast(log, () => ({ window: { from: at(2, 30).toISOString(), to: at(3).toISOString() } })),
      [`${third}/datapackage.json window-gap`],
    ],
    [
      'has an hour twice',
      log => resignLast(log, () => ({ window: { from: at(1, 30).toISOString(), to: at(3).toISOString() } })),
      [`${third}/datapackage.json window-overlap`],
    ],
  ]

  it.each(spoilt)('that %s is told so', async (_, spoil, expected) => {
    const log = await threeHours()
    await spoil(log)
    const { faults } = await verifySeals(log, { jwks })
    expect(faults.map(({ file, fault }) => `${file} ${fault}`)).toEqual(expected)
  })

  it('is whole while the next seal is under way', async () => {
    const log = await threeHours()
    await mkdir(join(log, '000000000004'))
    await writeFile(join(log, '000000000004', 'lookups.parquet'), 'PAR1')

    expect((await verifySeals(log, { jwks })).faults).toEqual([])
  })

  it('that is older than what was seen, latest.json with it, is told so', async () => {
    const log = await threeHours()
    const { seals } = await verifySeals(log, { jwks })
    const [, before, newest] = seals.map(({ link }) => link)
    await rm(join(log, third), { recursive: true })
    const latest = latestPayload(await readFile(join(log, 'latest.json'))) as object
    await putLatest(log, { ...latest, sequence: 2, manifestSha256: before?.sha256 })

    expect((await verifySeals(log, { jwks })).faults).toEqual([])
    expect((await verifySeals(log, { jwks, ...(newest && { seen: newest }) })).faults).toEqual([
      { file: `${second}/datapackage.json`, fault: 'older-than-seen' },
    ])
  })
})

async function threeHours(): Promise<string> {
  const looks = [[look(0, 10), look(0, 20)], [], [look(2, 5)]]
  return join(await aLog(looks), 'lookups')
}

function look(hour: number, minute: number): Lookup {
  const facility = '01007' as FacilityCode
  return {
    id: `${hour}-${minute}`,
    numberHash: `hash-${minute}`,
    instant: at(hour, minute),
    facility,
    purpose: 'reception',
  }
}

async function spoil(path: string, change: (bytes: Buffer) => Uint8Array) {
  await writeFile(path, change(await readFile(path)))
}

/** Puts another manifest in the place of a seal’s, under a signature that fits it. */
async function resign(log: string, folder: string, change: (manifest: SealManifest) => object, by: Signer = signer) {
  const path = join(log, folder, 'datapackage.json')
  const bytes = manifestBytes(change(JSON.parse(await readFile(path, 'utf8')) as SealManifest))
  await writeFile(path, bytes)
  await writeFile(`${path}.jws`, await signDetached(bytes, by))
  return sha256Hex(bytes)
}

/** The same of the newest, as its own signer would, `latest.json` included. */
async function resignLast(log: string, change: (manifest: SealManifest) => object) {
  const manifestSha256 = await resign(log, third, manifest => ({
    ...manifest,
    seal: { ...manifest.seal, ...change(manifest) },
  }))
  await putLatest(log, { ...(latestPayload(await readFile(join(log, 'latest.json'))) as object), manifestSha256 })
}

async function putLatest(log: string, latest: object) {
  const jws = await signFlattened(Buffer.from(JSON.stringify(latest)), signer)
  await writeFile(join(log, 'latest.json'), JSON.stringify(jws))
}
