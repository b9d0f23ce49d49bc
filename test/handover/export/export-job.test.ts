import { setTimeout as sleep } from 'node:timers/promises'
import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parsedAggregates } from '../../../lambdas/handover/agreement.ts'
import { checkSource } from '../../../lambdas/handover/export/check-source-job.ts'
import { tableExport } from '../../../lambdas/handover/export/export-client.ts'
import { exportTable } from '../../../lambdas/handover/export/export-job.ts'
import type { HandoverFault } from '../../../lambdas/handover/fault.ts'
import type { Handover } from '../../../lambdas/handover/handover.ts'
import { ledgerStore, type Run } from '../../../lambdas/handover/ledger-store.ts'
import { ledgerTable } from '../../../lambdas/handover/ledger-table.ts'
import { workKeys } from '../../../lambdas/handover/work-keys.ts'
import { getJson, putJson } from '../../../lambdas/handover/work-steps.ts'
import { s3ObjectStore } from '../../../lambdas/shared/object-store.ts'
import { folderStore } from '../../../local/folder-store.ts'
import { makeBuckets, makeTable } from '../../../local/stack/make-resources.ts'
import { buckets } from '../../../local/stack/resources.ts'
import { clientsAt, startServices } from '../../../local/stack/services.ts'
import { folder } from '../../local/service.ts'
import { moh } from '../convert/conversion.ts'

describe('the export of a handover', () => {
  it('is begun once, looked at until it is complete, and agrees with its own manifest', async () => {
    const { needs, exports, ledger } = await aTable()

    const summaryKeys = await completed(needs)

    expect((await ledger.run(1))?.exportArns?.[0]).toMatch(/:table\/registry\/export\//)
    const { work } = needs
    expect(await checkSource({ exports, work }, { sequence: 1, summaryKeys })).toEqual({ dataFiles: 4, items: 3 })
    expect(await getJson(work, workKeys(1).buckets)).toEqual([0])
  })

  it('is the same one when the process died before the ledger knew of it', async () => {
    const { needs, ledger } = await aTable()
    await exportTable(needs, { sequence: 1 })
    const { exportArns, ...before } = (await ledger.run(1)) as Run
    await ledger.putRun(before)

    await exportTable(needs, { sequence: 1 })

    expect((await ledger.run(1))?.exportArns).toEqual(exportArns)
  })

  it('stops the handover when DynamoDB could not make it, and says why', async () => {
    const { needs, ledger } = await aTable('no-such-bucket')

    const fault = await completed(needs).catch((error: HandoverFault) => error)

    expect(fault).toMatchObject({ name: 'export-failed', reading: (await ledger.run(1))?.exportArns?.[0] })
    expect(String(fault)).toContain('bucket does not exist')
  })
})

/** A registry with three items, and a handover of it that has just begun. */
async function aTable(bucket: string = buckets.exports) {
  const services = await startServices(await folder(), () => {})
  const clients = clientsAt(services.endpoints)
  onTestFinished(async () => {
    for (const client of Object.values(clients)) client.destroy()
    await services.close()
  })
  const { db, s3 } = clients
  await makeBuckets(s3)
  const tableArn = await makeTable(db, 'registry', ledgerTable)
  await makeTable(db, 'ledger', ledgerTable)
  for (const PK of ['H#1', 'H#2', 'H#3']) {
    await db.send(new PutItemCommand({ TableName: 'registry', Item: { PK: { S: PK }, SK: { S: 'H' } } }))
  }
  const ledger = ledgerStore(db, 'ledger')
  const asOf = new Date(Math.ceil(Date.now() / 1000) * 1000).toISOString()
  await ledger.putRun({ sequence: 1, execution: 'one', state: 'running', asOf })
  const work = folderStore(await folder())
  const begun: Handover = {
    sequence: 1,
    asOf,
    asOfDay: asOf.slice(0, 10),
    cut: { mode: 'full' },
    agreements: [moh],
    aggregates: parsedAggregates([moh]),
    previous: {},
  }
  await putJson(work, workKeys(1).handover, begun)
  const exporting = tableExport(db, tableArn, { bucket, key: 'alias/work' })
  const needs = { ledger, work, tableExport: exporting }
  return { needs, ledger, exports: s3ObjectStore(s3, buckets.exports) }
}

async function completed(needs: Parameters<typeof exportTable>[0]): Promise<readonly string[]> {
  for (;;) {
    const state = await exportTable(needs, { sequence: 1 })
    if (state.status === 'COMPLETED') return state.summaryKeys
    await sleep(20)
  }
}
