import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { onTestFinished } from 'vitest'
import type { Agreement } from '../../lambdas/handover/agreement.ts'
import type { Reconciled } from '../../lambdas/handover/compact/reconcile-job.ts'
import type { TableRecovery } from '../../lambdas/handover/export/export-client.ts'
import { start } from '../../lambdas/handover/export/start-job.ts'
import { type Ledger, ledgerStore } from '../../lambdas/handover/ledger-store.ts'
import { ledgerTable } from '../../lambdas/handover/ledger-table.ts'
import type { Notice } from '../../lambdas/handover/notice.ts'
import type { NoticeQueue } from '../../lambdas/handover/publish/notice-queue.ts'
import { sha256Hex } from '../../lambdas/handover/schemas.ts'
import type { Signer } from '../../lambdas/handover/signature.ts'
import { workKeys } from '../../lambdas/handover/work-keys.ts'
import { putJson } from '../../lambdas/handover/work-steps.ts'
import type { LockingStore, ObjectStore } from '../../lambdas/shared/object-store.ts'
import { folderStore } from '../../local/folder-store.ts'
import { makeTable } from '../../local/stack/make-resources.ts'
import { folder } from '../local/service.ts'
import { localClient, startedDynamodb } from '../registry/registry-service.ts'
import { tallyOf } from './compact/tallies.ts'
import { moh, signer } from './convert/conversion.ts'

/** All that the steps of a handover need, on a ledger in the embedded DynamoDB and on folders. */
export interface Scene {
  readonly ledger: Ledger
  readonly work: ObjectStore
  readonly published: LockingStore
  /** By key, until when. */
  readonly retained: ReadonlyMap<string, Date>
  readonly agreements: readonly Agreement[]
  readonly signer: Signer
  readonly clock: () => Date
  readonly recovery: TableRecovery
  readonly notices: NoticeQueue
  /** What went to the queue of notices. */
  readonly sent: readonly Notice[]
  readonly bucket: string
  readonly cutLagSeconds: number
  readonly leastWindowSeconds: number
}

export async function aScene(): Promise<Scene> {
  const retained = new Map<string, Date>()
  const sent: Notice[] = []
  return {
    ledger: await aLedger(),
    work: folderStore(await folder()),
    published: {
      ...folderStore(await folder()),
      async retain(key, until) {
        retained.set(key, until)
      },
    },
    retained,
    agreements: [moh],
    signer,
    clock: () => new Date('2026-11-22T07:00:30Z'),
    notices: {
      async send(notice) {
        sent.push(notice)
      },
    },
    sent,
    bucket: 'handover',
    recovery: { earliest: async () => new Date(0) },
    cutLagSeconds: 0,
    leastWindowSeconds: 0,
  }
}

export async function aLedger(): Promise<Ledger> {
  const db = new DynamoDBClient({ ...localClient, endpoint: await startedDynamodb() })
  onTestFinished(() => db.destroy())
  await makeTable(db, 'ledger', ledgerTable)
  return ledgerStore(db, 'ledger')
}

/** A handover that is reconciled and placed, and holds nothing; gives its sequence. */
export async function readyToPublish(scene: Scene, execution: string): Promise<number> {
  const { sequence } = await start(scene, { execution, input: { mode: 'full' } })
  const keys = workKeys(sequence)
  const exceptions = { name: 'exceptions/part-00000-00000000.parquet', bytes: 4, sha256: sha256Hex('PAR1'), rows: 0 }
  const reconciled = Object.fromEntries(
    scene.agreements.map(({ recipient }) => [recipient, { files: [], exceptions, changes: null }]),
  )
  await putJson(scene.work, keys.source, [`arn:aws:dynamodb:::table/registry/export/${sequence}`])
  const chains = Object.fromEntries(scene.agreements.map(({ recipient }) => [recipient, { rebaseline: 'first' }]))
  await putJson(scene.work, keys.chains, chains)
  await putJson(scene.work, keys.tally, tallyOf())
  await putJson(scene.work, keys.reconciled, reconciled satisfies Reconciled)
  return sequence
}
