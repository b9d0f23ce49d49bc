import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { onTestFinished } from 'vitest'
import type { Agreement } from '../../lambdas/handover/agreement.ts'
import type { FinalObject, Reconciled } from '../../lambdas/handover/compact/reconcile-job.ts'
import type { TableRecovery } from '../../lambdas/handover/export/export-client.ts'
import { start } from '../../lambdas/handover/export/start-job.ts'
import { type Ledger, ledgerStore } from '../../lambdas/handover/ledger-store.ts'
import { ledgerTable } from '../../lambdas/handover/ledger-table.ts'
import type { PackageForm } from '../../lambdas/handover/manifest.ts'
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
  /** Where steps have their scratch. */
  readonly dir: string
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
    dir: await folder(),
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

/**
 * A handover that is reconciled and waits to be placed: files of persons of two provinces, and with `changed` a change set of one;
 * gives its sequence.
 */
export async function readyToPublish(scene: Scene, execution: string, changed = false): Promise<number> {
  const { work, agreements } = scene
  const { sequence } = await start(scene, { execution, input: { mode: 'full' } })
  const keys = workKeys(sequence)
  const finalFiles: FinalObject[] = []
  const made = async (forms: readonly PackageForm[], recipient: string, folder: string) => {
    const content = Buffer.from(`${folder} of ${sequence} in ${forms} for ${recipient}`)
    const [sha256, bytes] = [sha256Hex(content), content.length]
    const name = `${folder}/part-00000-${sha256.slice(0, 8)}.parquet`
    const key = keys.final(forms[0] as PackageForm, recipient, name)
    await work.put(key, content)
    finalFiles.push(...forms.map(form => ({ key, form, recipient, name, sha256, bytes })))
    return { name, sha256, bytes }
  }
  const persons = async (form: PackageForm, recipient: string, province: string, rows: number) => {
    const file = await made([form], recipient, `persons/province=${province}`)
    return { recipient, dataset: 'persons' as const, province, ...file, rows }
  }
  const reconciled: Record<string, Reconciled[string]> = {}
  for (const { recipient } of agreements) {
    const update = { inserts: 0, updates: 1, deletes: 0 }
    reconciled[recipient] = {
      files: [await persons('snapshots', recipient, '01', 2), await persons('snapshots', recipient, '79', 3)],
      exceptions: {
        ...(await made(changed ? ['snapshots', 'changes'] : ['snapshots'], recipient, 'exceptions')),
        rows: 0,
      },
      changes: changed ? [{ ...(await persons('changes', recipient, '01', 1)), ...update }] : null,
    }
  }
  await putJson(work, keys.source, [`arn:aws:dynamodb:::table/registry/export/${sequence}`])
  const chain = { rebaseline: changed ? null : 'first' }
  await putJson(work, keys.chains, Object.fromEntries(agreements.map(({ recipient }) => [recipient, chain])))
  await putJson(work, keys.tally, tallyOf())
  await putJson(work, keys.reconciled, reconciled satisfies Reconciled)
  await putJson(work, keys.finalFiles, finalFiles)
  return sequence
}
