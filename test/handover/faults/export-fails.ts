import { setTimeout as sleep } from 'node:timers/promises'
import { ListExportsCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { expect } from 'vitest'
import { parsedAggregates } from '../../../lambdas/handover/agreement.ts'
import { checkSource } from '../../../lambdas/handover/export/check-source-job.ts'
import { tableExport, tableRecovery } from '../../../lambdas/handover/export/export-client.ts'
import { exportTable } from '../../../lambdas/handover/export/export-job.ts'
import type { Handover } from '../../../lambdas/handover/handover.ts'
import { ledgerTable } from '../../../lambdas/handover/ledger-table.ts'
import { workKeys } from '../../../lambdas/handover/work-keys.ts'
import { putJson } from '../../../lambdas/handover/work-steps.ts'
import { s3ObjectStore } from '../../../lambdas/shared/object-store.ts'
import { seededRandom } from '../../../local/nation/random.ts'
import { makeTable } from '../../../local/stack/make-resources.ts'
import { failing, failingServices, failures, sceneOn, triedUntilDone } from './failing-services.ts'
import type { InjectedFault } from './fault.ts'

const tries = 50
const items = ['H#1', 'H#2', 'H#3']

export const exportFails: InjectedFault = {
  name: 'A service that throttles, fails, falls silent or breaks off while the registry is exported',
  injected: `DynamoDB or S3 ${failures}, for a tenth to a half of all requests to ask how far back the table goes, to begin its export, to ask how it stands and to check what it wrote, and a step that began it never hears so; whatever fails is asked again`,
  holds: 'the table is exported once, and whole',
  runs: [2, 40],
  async begin() {
    const failable = await failingServices()
    const { s3, db } = failable.clients
    return async n => {
      const line = failable.lines[n % 2 ? 's3' : 'dynamodb']
      const { scene } = await sceneOn(failable, n)
      const [registry, bucket] = [`registry-${n}`, `exports-${n}`]
      await s3.send(new CreateBucketCommand({ Bucket: bucket }))
      const tableArn = await makeTable(db, registry, ledgerTable)
      for (const PK of items)
        await db.send(new PutItemCommand({ TableName: registry, Item: { PK: { S: PK }, SK: { S: 'H' } } }))
      const asOf = new Date(Math.ceil(Date.now() / 1000) * 1000).toISOString()
      const { ledger, work, agreements } = scene
      await ledger.putRun({ sequence: 1, execution: `execution-${n}`, state: 'running', asOf })
      await putJson(work, workKeys(1).handover, {
        sequence: 1,
        asOf,
        asOfDay: asOf.slice(0, 10),
        cut: { mode: 'full' },
        agreements,
        aggregates: parsedAggregates(agreements),
        previous: {},
      } satisfies Handover)
      const exporting = tableExport(db, tableArn, { bucket, key: 'alias/work' })
      const needs = { ledger, work, tableExport: exporting, clock: () => new Date() }
      const exports = s3ObjectStore(s3, bucket)

      const byChance = failing(seededRandom(n))
      let heard = false
      line.meddle = request => {
        const begins = String(request.headers['x-amz-target']).endsWith('ExportTableToPointInTime')
        return begins && !heard ? { breaksAfter: 0 } : byChance(request)
      }
      let checked: object | undefined
      const steps = [
        async () => expect(await tableRecovery(db, tableArn).earliest()).toBeInstanceOf(Date),
        async () => {
          const summaryKeys = await completed(needs).finally(() => {
            heard = true
          })
          checked = await checkSource({ exports, work }, { sequence: 1, summaryKeys })
        },
      ]
      for (const step of steps) expect(await triedUntilDone(tries, step)).toBe(true)
      line.meddle = () => undefined

      expect(checked).toMatchObject({ items: items.length })
      const { ExportSummaries } = await db.send(new ListExportsCommand({ TableArn: tableArn }))
      expect(ExportSummaries?.map(({ ExportArn }) => ExportArn)).toEqual((await ledger.run(1))?.exportArns)
    }
  },
}

async function completed(needs: Parameters<typeof exportTable>[0]): Promise<readonly string[]> {
  for (;;) {
    const state = await exportTable(needs, { sequence: 1 })
    if (state.status === 'COMPLETED') return state.summaryKeys
    await sleep(20)
  }
}
