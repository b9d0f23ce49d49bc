import { randomBytes } from 'node:crypto'
import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Lookup } from '../../../lambdas/checkin/lookups/lookup-store.ts'
import { personHashes } from '../../../lambdas/checkin/lookups/person-hashes.ts'
import { lookupsOf, type SealedLog } from '../../../lambdas/checkin/lookups/sealed-lookups-steps.ts'
import type { FacilityCode } from '../../../lambdas/registry/facility-code.ts'
import { parseInsuranceNumber } from '../../../lambdas/registry/insurance-number.ts'
import { numberHash } from '../../../lambdas/registry/number-hash.ts'
import { folderStore } from '../../../local/folder-store.ts'
import { keyPair } from '../../access/clients.ts'
import { jwks } from '../../handover/convert/conversion.ts'
import { card, holder } from '../people.ts'
import { aLog, at } from './a-log.ts'

const there = '79001' as FacilityCode

describe('who looked', () => {
  it('is told of all of a person’s numbers, the oldest look first, and up to when', async () => {
    const mine = [
      look('a', 2, 10),
      look('b', 0, 5, { officer: 'BS. Hà' }),
      look('a', 0, 30, { facility: there, officerHash: 'officer' }),
    ]
    const log = logAt(await aLog([[mine[1], mine[2], look('c', 0, 6)] as Lookup[], [], [mine[0] as Lookup]]))

    expect(await lookupsOf(log, ['a', 'b'])).toEqual({
      lookups: [mine[1], mine[2], mine[0]],
      sealedTo: at(3).toISOString(),
    })
  })

  it('is nobody before the first seal', async () => {
    expect(await lookupsOf(logAt(await aLog([])), ['a'])).toEqual({ lookups: [], sealedTo: null })
  })

  it('is read from a small part of a large file', async () => {
    const others = Array.from({ length: 60_000 }, () => look(randomBytes(32).toString('base64url'), 0, 20))
    const mine = look(randomBytes(32).toString('base64url'), 0, 20)
    let read = 0
    const log = logAt(await aLog([[...others, mine]]), bytes => {
      read += bytes
    })

    expect((await lookupsOf(log, [mine.numberHash])).lookups).toEqual([mine])

    const { length } = await readFile(join(log.dir, 'lookups', '000000000001', 'lookups.parquet'))
    expect(read).toBeLessThan(length / 6)
  })

  it.each([
    ['lacks a seal', (dir: string) => rm(join(dir, '000000000002'), { recursive: true })],
    ['lacks its newest seal', (dir: string) => rm(join(dir, '000000000003'), { recursive: true })],
    ['lacks a signature', (dir: string) => rm(join(dir, '000000000001/datapackage.json.jws'))],
    [
      'has another seal’s signature',
      (dir: string) =>
        cp(join(dir, '000000000002/datapackage.json.jws'), join(dir, '000000000001/datapackage.json.jws')),
    ],
    ['lacks latest.json', (dir: string) => rm(join(dir, 'latest.json'))],
    ['was altered', (dir: string) => writeFile(join(dir, '000000000001/datapackage.json'), '{}')],
  ])('is not told from a log that %s', async (_, spoil) => {
    const dir = await aLog([[], [], []])
    await spoil(join(dir, 'lookups'))
    await expect(lookupsOf(logAt(dir), ['a'])).rejects.toMatchObject({ code: 'broken-log' })
  })

  it('is not told from a log that somebody else signs', async () => {
    const dir = await aLog([[]], keyPair().signer)
    await expect(lookupsOf(logAt(dir), ['a'])).rejects.toMatchObject({ code: 'broken-log' })
  })
})

it('a person’s hashes are those of each number that finds her, and no other', () => {
  const key = randomBytes(32)
  const hashes = personHashes(
    key,
    holder([card()], { formerInsuranceNumber: '9876543210', nationalId: '001190000001' }),
  )
  const former = parseInsuranceNumber('9876543210')
  expect(hashes).toHaveLength(3)
  expect(hashes).toContain(former && numberHash(key, former))
})

function look(numberHash: string, hour: number, minute: number, changes: Partial<Lookup> = {}): Lookup {
  const id = randomBytes(8).toString('hex')
  const facility = '01007' as FacilityCode
  return { id, numberHash, instant: at(hour, minute), facility, purpose: 'reception', ...changes }
}

/** The log in a folder; `onRead` hears of the bytes of each piece that is read. */
function logAt(dir: string, onRead: (bytes: number) => void = () => {}): SealedLog & { readonly dir: string } {
  const published = folderStore(dir)
  return {
    dir,
    published,
    jwks,
    slices: {
      async slice(key, start, end) {
        onRead(end - start)
        return Uint8Array.from((await readFile(join(dir, key))).subarray(start, end)).buffer
      },
    },
  }
}
