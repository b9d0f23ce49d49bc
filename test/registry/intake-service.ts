import './quiet.ts'
import { randomUUID } from 'node:crypto'
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
import { onTestFinished } from 'vitest'
import type { FeedKind, FeedRecord } from '../../lambdas/registry/feeds.ts'
import { firstLoadKey, firstLoadStore } from '../../lambdas/registry/first-load-store.ts'
import { intakeJob } from '../../lambdas/registry/intake-job.ts'
import { outcomeKey, pieceKey } from '../../lambdas/registry/landing-keys.ts'
import type { Outcome } from '../../lambdas/registry/outcome.ts'
import { outcomeStore } from '../../lambdas/registry/outcome-store.ts'
import { type RegistryStore, registryStore } from '../../lambdas/registry/registry-store.ts'
import { registryTable } from '../../lambdas/registry/registry-table.ts'
import type { Reject } from '../../lambdas/registry/rejects.ts'
import { feedLine } from '../../local/nation/feed-line.ts'
import type { ObjectCreated } from '../../local/s3/store.ts'
import { makeTable } from '../../local/stack/make-resources.ts'
import { folder } from '../local/service.ts'
import { onDay } from './records.ts'
import { localClient, startedDynamodb, startedLanding } from './registry-service.ts'
import { type OnTheWay, startWire } from './wire.ts'

/** When everything in these tests happens. */
export const now = new Date(onDay(20))

export const hashKey = Buffer.from('a key of the tests')

/** The intake of an empty registry on embedded services, called as Lambda calls it. */
export async function startIntake({
  onTheWay = (_, input, pass) => pass(input),
}: {
  readonly onTheWay?: OnTheWay
} = {}) {
  const dir = await folder()
  let onObjectCreated: (created: ObjectCreated) => void = () => {}
  const landing = await startedLanding(created => onObjectCreated(created))
  const service = await startedDynamodb()
  const db = new DynamoDBClient({ ...localClient, endpoint: await startWire(service, onTheWay), maxAttempts: 1 })
  await makeTable(db, 'registry', registryTable)
  onTestFinished(() => db.destroy())
  const registry = registryStore(db, 'registry')
  let time = now
  const clock = () => time
  const services = { landing, registry }

  /** To a process that has these services; gives the keys of those that failed. */
  function deliverTo({ landing, registry }: typeof services) {
    const handler = intakeJob({
      landing,
      registry,
      outcomes: outcomeStore(landing, dir),
      firstLoads: firstLoadStore({ landing, registry, clock }),
      hashKey: async () => hashKey,
      clock,
      newId: randomUUID,
    })
    return async (...keys: readonly string[]): Promise<readonly string[]> => {
      const event: SQSEvent = { Records: keys.map(objectCreated) }
      const answer = (await handler(event, {} as Context).catch(error => {
        if ((error as Error).name !== 'FullBatchFailureError') throw error
        return { batchItemFailures: keys.map(itemIdentifier => ({ itemIdentifier })) }
      })) as SQSBatchResponse
      return answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)
    }
  }

  const deliver = deliverTo(services)

  async function outcomeOf(key: string): Promise<Outcome | undefined> {
    const found = await landing.get(outcomeKey(key))
    return found && JSON.parse(Buffer.from(found.bytes).toString())
  }

  async function rejectsOf({ rejectsKey }: Outcome): Promise<readonly Reject[]> {
    return rejectsKey ? rejectsIn(await landing.localFile(rejectsKey, dir)) : []
  }

  let pieces = 0

  /** Puts a piece, of a file of its own if none is named, and gives its key. */
  async function land(kind: string, content: string | Buffer, file?: string): Promise<string> {
    pieces++
    const key = pieceKey(kind, file ?? `file-${pieces}`, pieces, 1)
    await landing.put(key, Buffer.from(content))
    return key
  }

  /** What became of a piece that landed and was delivered. */
  async function take(kind: string, content: string | Buffer) {
    const key = await land(kind, content)
    const failed = await deliver(key)
    if (failed.length > 0) throw new Error(`${key} failed`)
    const outcome = (await outcomeOf(key)) as Outcome
    return { outcome, rejects: await rejectsOf(outcome) }
  }

  return {
    ...services,
    services,
    deliver,
    deliverTo,
    land,
    take,
    outcomeOf,
    /** From now on pieces work side by side. */
    async endFirstLoad() {
      await landing.put(firstLoadKey, Buffer.from(JSON.stringify({ state: 'over' })))
    },
    /** From now on it is that much later. */
    wait(milliseconds: number) {
      time = new Date(time.getTime() + milliseconds)
    },
    /** From now on pieces are delivered as they land. */
    deliverWhatLands() {
      onObjectCreated = ({ key }) => {
        if (key.startsWith('feeds/')) setImmediate(() => void deliver(key))
      }
    },
    /** All items of the registry, numbers included. */
    async items() {
      const { Items = [] } = await db.send(new ScanCommand({ TableName: 'registry' }))
      return Items
    },
  }
}

/** Whom each of the numbers names. */
export async function holdersOf(registry: RegistryStore, hashes: readonly string[]) {
  return new Map([...(await registry.namedBy(hashes))].map(([hash, { personId }]) => [hash, personId]))
}

/** A feed of the records, each of which keeps the kinds apart by its fields. */
export function feed<Kind extends FeedKind>(kind: Kind, ...records: readonly FeedRecord<Kind>[]): string {
  return records.map(record => `${feedLine(kind, record)}\n`).join('')
}

function objectCreated(key: string): SQSRecord {
  const event = {
    'detail-type': 'Object Created',
    source: 'aws.s3',
    detail: { bucket: { name: 'landing' }, object: { key } },
  }
  return { messageId: key, eventSource: 'aws:sqs', body: JSON.stringify(event) } as SQSRecord
}

export async function rejectsIn(path: string): Promise<readonly Reject[]> {
  return (await parquetReadObjects({ file: await asyncBufferFromFile(path) })) as unknown as readonly Reject[]
}
