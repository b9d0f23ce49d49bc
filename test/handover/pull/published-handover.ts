import { randomBytes } from 'node:crypto'
import { parquetWriteBuffer } from 'hyparquet-writer'
import type { Reconciled } from '../../../lambdas/handover/compact/reconcile-job.ts'
import type { DatasetName } from '../../../lambdas/handover/datasets.ts'
import { start } from '../../../lambdas/handover/export/start-job.ts'
import type { Ledger } from '../../../lambdas/handover/ledger-store.ts'
import { packagePrefix } from '../../../lambdas/handover/manifest.ts'
import type { NoticeQueue } from '../../../lambdas/handover/publish/notice-queue.ts'
import { notify } from '../../../lambdas/handover/publish/notify-job.ts'
import { publishOne } from '../../../lambdas/handover/publish/publish-job.ts'
import { sha256Hex } from '../../../lambdas/handover/schemas.ts'
import type { Signer } from '../../../lambdas/handover/signature.ts'
import { workKeys } from '../../../lambdas/handover/work-keys.ts'
import { putJson } from '../../../lambdas/handover/work-steps.ts'
import type { LockingStore, ObjectStore } from '../../../lambdas/shared/object-store.ts'
import { tallyOf } from '../compact/tallies.ts'
import { moh } from '../convert/conversion.ts'

/** Where a handover is published and announced. */
export interface Publisher {
  readonly ledger: Ledger
  readonly work: ObjectStore
  readonly published: LockingStore
  readonly bucket: string
  readonly signer: Signer
  readonly notices: NoticeQueue
  readonly clock: () => Date
}

export interface GivenFile {
  readonly dataset: DatasetName
  readonly province: string
  readonly content: Uint8Array
  readonly rows: number
}

/** A Parquet file of about so many bytes, which nothing makes smaller. */
export function noise(dataset: DatasetName, province: string, bytes: number): GivenFile {
  const rows = Math.max(1, Math.ceil(bytes / 1024))
  const data = Array.from({ length: rows }, () => new Uint8Array(randomBytes(Math.min(bytes, 1024))))
  const columnData = [{ name: 'noise', data, type: 'BYTE_ARRAY' as const }]
  return { dataset, province, content: new Uint8Array(parquetWriteBuffer({ columnData, codec: 'UNCOMPRESSED' })), rows }
}

/** Hands these files over to the Ministry as the last steps of the machine do, with a change set where one is given; gives the sequence. */
export async function handOver(
  publisher: Publisher,
  files: readonly GivenFile[],
  changes: readonly GivenFile[] | null = null,
): Promise<number> {
  const { ledger, work, published, clock } = publisher
  const needs = {
    ...publisher,
    agreements: [moh],
    recovery: { earliest: async () => new Date(0) },
    cutLagSeconds: 0,
    leastWindowSeconds: 0,
  }
  const execution = `execution-${clock().getTime()}-${randomBytes(4).toString('hex')}`
  const { sequence } = await start(needs, { execution, input: { mode: 'full' } })
  const keys = workKeys(sequence)
  const place = async (form: 'snapshots' | 'changes', { dataset, province, content, rows }: GivenFile, at: number) => {
    const sha256 = sha256Hex(content)
    const name = `${dataset}/province=${province}/part-${String(at).padStart(5, '0')}-${sha256.slice(0, 8)}.parquet`
    await published.put(`${packagePrefix(form, 'moh', sequence)}/${name}`, content)
    return { recipient: 'moh', dataset, province, name, bytes: content.length, sha256, rows }
  }
  const leftOut = new Uint8Array(
    parquetWriteBuffer({ columnData: [{ name: 'reason', data: [] as string[], type: 'STRING' }] }),
  )
  const sha256 = sha256Hex(leftOut)
  const exceptions = {
    name: `exceptions/part-00000-${sha256.slice(0, 8)}.parquet`,
    bytes: leftOut.length,
    sha256,
    rows: 0,
  }
  for (const form of ['snapshots', 'changes'] as const)
    await published.put(`${packagePrefix(form, 'moh', sequence)}/${exceptions.name}`, leftOut)
  const counted = (placed: Awaited<ReturnType<typeof place>>) => ({
    ...placed,
    inserts: placed.rows,
    updates: 0,
    deletes: 0,
  })
  const reconciled = {
    moh: {
      files: await Promise.all(files.map((file, at) => place('snapshots', file, at))),
      exceptions,
      changes: changes && (await Promise.all(changes.map((file, at) => place('changes', file, at)))).map(counted),
    },
  }
  await putJson(work, keys.source, [`arn:aws:dynamodb:::table/registry/export/${sequence}`])
  const rebaseline = changes ? null : (await ledger.head('moh')) ? 'gap' : 'first'
  await putJson(work, keys.chains, { moh: { rebaseline } })
  await putJson(work, keys.tally, tallyOf())
  await putJson(work, keys.reconciled, reconciled satisfies Reconciled)
  await publishOne(needs, { sequence, recipient: 'moh' })
  await notify(needs, { sequence })
  return sequence
}
