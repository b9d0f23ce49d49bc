import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { describe, expect, it } from 'vitest'
import { sealNext } from '../../../lambdas/checkin/lookups/seal-job.ts'
import type { SealManifest } from '../../../lambdas/checkin/lookups/seal-manifest.ts'
import { verifySeals } from '../../../lambdas/checkin/lookups/verify-seals-files.ts'
import { latestPayload } from '../../../lambdas/handover/latest.ts'
import { ledgerKey } from '../../../lambdas/handover/ledger-documents-store.ts'
import type { FacilityCode } from '../../../lambdas/registry/facility-code.ts'
import { tables } from '../../../local/stack/resources.ts'
import { jwks } from '../../handover/convert/conversion.ts'
import { readBack } from '../../handover/parquet-rows.ts'
import { type Sealing, sealed, startSealing } from './sealing.ts'

describe('sealing', () => {
  it('puts every look into one seal, in the order of hashes and then of time', async () => {
    const { needs, log, look } = await startSealing()
    const first = await look({ numberHash: 'b', officer: 'BS. Hà' })
    const second = await look({ numberHash: 'a', facility: '79001' as FacilityCode, officerHash: 'officer' })
    await sealed(needs)
    const third = await look({ numberHash: 'b', purpose: 'payment' })

    const { sequence, window } = await sealed(needs)

    expect(await rows(log, 1)).toEqual([second, first].map(asRow))
    expect(await rows(log, 2)).toEqual([asRow(third)])
    const before = await manifest(log, 1)
    const after = await manifest(log, 2)
    expect(before.seal).toMatchObject({
      sequence: 1,
      previous: null,
      mode: 'full',
      rowsByProvince: { '01': 1, '79': 1 },
    })
    expect(after.seal).toMatchObject({
      sequence: 2,
      mode: 'incremental',
      window: { from: before.seal.window.to, to: window.to },
      source: { items: 1 },
      counts: { lookups: 1, expired: 0, earlier: 0, tampering: { altered: 0, deleted: 0, forged: 0 } },
    })
    const latest = latestPayload(await readFile(join(log, 'latest.json')))
    expect(latest).toMatchObject({ log: 'lookups', sequence, to: window.to })
    expect((await verifySeals(log, { jwks })).faults).toEqual([])
  })

  it('seals an hour in which nobody looked', async () => {
    const { needs, log } = await startSealing()
    await sealed(needs)
    expect((await manifest(log, 1)).seal.counts).toMatchObject({ lookups: 0 })
    expect((await verifySeals(log, { jwks })).faults).toEqual([])
  })

  it('has nothing to do until the next hour is over', async () => {
    const { needs } = await startSealing()
    await sealed(needs)
    const schedule = { ...needs.schedule, everySeconds: 3_600, lagSeconds: 300 }
    expect(await sealNext({ ...needs, schedule })).toEqual({ state: 'nothing-due' })
  })

  it('makes one seal of what several do at once', async () => {
    const { needs, log, look } = await startSealing()
    await look()

    const done = await Promise.all([sealed(needs), sealed(needs), sealed(needs)])

    const { faults, seals } = await verifySeals(log, { jwks })
    expect(faults).toEqual([])
    expect(seals.length).toBe(Math.max(...done.map(({ sequence }) => sequence)))
    expect(seals.reduce((sum, { manifest }) => sum + manifest.seal.counts.lookups, 0)).toBe(1)
  })

  it('is gone on with by whoever comes second, and is not said to be done', async () => {
    const { needs } = await startSealing()
    const both = await Promise.all([sealNext(needs), sealNext(needs)])
    expect(both.map(({ state }) => state)).not.toContain('nothing-due')
  })

  it('asks for another export where DynamoDB gave one up', async () => {
    const { needs, log, look } = await startSealing()
    await look()
    const fails = { ...needs.tableExport, state: async () => ({ status: 'FAILED', reason: 'on purpose' }) as const }
    await expect(sealNext({ ...needs, tableExport: fails })).rejects.toMatchObject({ code: 'export-failed' })
    const failed = await needs.seals.newest()
    expect(failed).toMatchObject({ state: 'begun', attempt: 2 })

    await sealed(needs)

    expect((await manifest(log, 1)).seal.counts).toMatchObject({ lookups: 1 })
  })

  it('goes no further where its mark in the ledger is not what its entry says, and goes on once it is', async () => {
    const { needs, log, look, clients } = await startSealing()
    await look()
    const entry = await begun(needs)
    const write = (state: string) =>
      clients.db.send(
        new UpdateItemCommand({
          TableName: tables.ledger,
          Key: ledgerKey('LOOKUPS', `SEAL#${folderOf(1)}`),
          UpdateExpression: 'SET #state = :state',
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: { ':state': { S: state } },
        }),
      )
    await write('exporting 7')

    await expect(sealed(needs)).rejects.toThrow('expected exporting 1 in its attribute state')
    expect(await needs.seals.newest()).toEqual(entry)

    await write('exporting 1')
    await sealed(needs)
    expect((await verifySeals(log, { jwks })).faults).toEqual([])
  })

  it('goes on with the table whole where its recovery has a gap, and leaves out what was sealed before', async () => {
    const { needs, log, look } = await startSealing()
    await look({ instant: new Date(Date.now() - 3_600_000) })
    await sealed(needs)
    const later = await look()
    const recovery = { earliest: async () => new Date() }

    await sealed({ ...needs, recovery })

    expect((await manifest(log, 2)).seal).toMatchObject({ mode: 'full', counts: { lookups: 1, earlier: 1 } })
    expect(await rows(log, 2)).toEqual([asRow(later)])
    expect((await verifySeals(log, { jwks })).faults).toEqual([])
  })
})

/** What the ledger has once an export is under way. */
async function begun(needs: Sealing['needs']) {
  while ((await sealNext(needs)).state === 'nothing-due') await new Promise(resolve => setTimeout(resolve, 20))
  return needs.seals.newest()
}

async function manifest(log: Sealing['log'], sequence: number): Promise<SealManifest> {
  return JSON.parse(await readFile(join(log, folderOf(sequence), 'datapackage.json'), 'utf8')) as SealManifest
}

async function rows(log: Sealing['log'], sequence: number) {
  return (await readBack(join(log, folderOf(sequence), 'lookups.parquet'))).rows
}

function folderOf(sequence: number): string {
  return String(sequence).padStart(12, '0')
}

function asRow({
  numberHash,
  instant,
  facility,
  officer,
  officerHash,
  purpose,
  id,
}: Awaited<ReturnType<Sealing['look']>>) {
  return {
    number_hash: numberHash,
    instant,
    facility,
    officer: officer ?? null,
    officer_hash: officerHash ?? null,
    purpose,
    id,
  }
}
