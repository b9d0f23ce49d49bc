import { countersTable } from '../../lambdas/checkin/allowance/counters-table.ts'
import { lookupsTable } from '../../lambdas/checkin/lookups/lookups-table.ts'
import { agreements } from '../../lambdas/handover/agreements.ts'
import { ledgerTable } from '../../lambdas/handover/ledger-table.ts'
import { registryTable } from '../../lambdas/registry/registry-table.ts'
import { makeBuckets, makeQueue, makeTable, type Queue } from './make-resources.ts'
import { landingQueue, noticeQueueName, receiptQueueName, tables } from './resources.ts'
import type { Clients } from './services.ts'

export interface StackResources {
  readonly registryTableArn: string
  readonly lookupsTableArn: string
  readonly landing: Queue
  /** By recipient. */
  readonly notices: Readonly<Record<string, Queue>>
  readonly receipts: Readonly<Record<string, Queue>>
}

/** Tables, buckets and queues as the stacks define them; what is there already stays. */
export async function makeStackResources({ s3, db, sqs }: Clients): Promise<StackResources> {
  await makeBuckets(s3)
  const registryTableArn = await makeTable(db, tables.registry, registryTable)
  await makeTable(db, tables.ledger, ledgerTable)
  const lookupsTableArn = await makeTable(db, tables.lookups, lookupsTable)
  await makeTable(db, tables.counters, countersTable)
  const forEach = async (name: (recipient: string) => string) => {
    const queues: Record<string, Queue> = {}
    for (const { recipient } of agreements) queues[recipient] = await makeQueue(sqs, name(recipient))
    return queues
  }
  return {
    registryTableArn,
    lookupsTableArn,
    landing: await makeQueue(sqs, landingQueue),
    notices: await forEach(noticeQueueName),
    receipts: await forEach(receiptQueueName),
  }
}

export function urlsOf(queues: Readonly<Record<string, Queue>>): Record<string, string> {
  return Object.fromEntries(Object.entries(queues).map(([recipient, { url }]) => [recipient, url]))
}
