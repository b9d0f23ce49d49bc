import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { KMSClient } from '@aws-sdk/client-kms'
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3'
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { expect, onTestFinished } from 'vitest'
import { ledgerStore } from '../../../lambdas/handover/ledger-store.ts'
import { ledgerTable } from '../../../lambdas/handover/ledger-table.ts'
import type { Notice } from '../../../lambdas/handover/notice.ts'
import { abandon } from '../../../lambdas/handover/publish/abandon-job.ts'
import { noticeQueue } from '../../../lambdas/handover/publish/notice-queue.ts'
import { kmsSigner } from '../../../lambdas/handover/signer-client.ts'
import { s3LockingStore, s3ObjectStore } from '../../../lambdas/shared/object-store.ts'
import { startKms } from '../../../local/kms/kms.ts'
import { type Random, seededRandom } from '../../../local/nation/random.ts'
import { startS3 } from '../../../local/s3/s3.ts'
import { startSqs } from '../../../local/sqs.ts'
import { makeQueue, makeTable } from '../../../local/stack/make-resources.ts'
import { folder } from '../../local/service.ts'
import { localClient, startedDynamodb } from '../../registry/registry-service.ts'
import { type Line, startLine } from '../recipients/line.ts'
import { aScene, readyToPublish, type Scene } from '../scene.ts'
import type { InjectedFault } from './fault.ts'
import { expectAllOrNothing, expectNext, publishAndNotify } from './published.ts'

const services = ['s3', 'dynamodb', 'sqs', 'kms'] as const
type Service = (typeof services)[number]

/** Tries of a step by the state machine. */
const tries = 7

export const serviceFails: InjectedFault = {
  name: 'A service that throttles, fails, or breaks off',
  injected:
    'S3, DynamoDB, SQS or KMS answers 503, 500 or 429, or ends the connection, for a tenth to a half of all requests of a publication and its notice; a step that fails is taken again, and given up at last',
  holds: 'announced if and only if committed; the next one follows it',
  runs: [4, 100],
  async begin() {
    const started = await startedServices()
    return async n => {
      const random = seededRandom(n)
      const line = started.lines[services[n % services.length] as Service]
      const { scene, received } = await onServices(started, n)
      const sequence = await readyToPublish(scene, 'one')
      const share = 0.1 + 0.4 * random.next()
      line.meddle = () => failing(share, random)
      const done = await publishedWithin(tries, scene, sequence)
      line.meddle = () => undefined
      if (!done) await abandon(scene, { sequence, failure: { Error: 'ServiceUnavailable', Cause: 'every try failed' } })

      const committed = await expectAllOrNothing({ ...scene, sent: await received() })
      if (done) expect(committed).toBeDefined()
      const sent: Notice[] = []
      await expectNext({ ...scene, sent, notices: { send: async notice => void sent.push(notice) } }, committed)
    }
  },
}

function failing(share: number, random: Random): ReturnType<Line['meddle']> {
  if (!random.chance(share)) return undefined
  const kind = random.below(4)
  return kind === 3 ? { breaksAfter: 0 } : { status: [503, 500, 429][kind] as number }
}

async function publishedWithin(times: number, scene: Scene, sequence: number): Promise<boolean> {
  for (let time = 0; time < times; time++) {
    const done = await publishAndNotify(scene, sequence).then(
      () => true,
      () => false,
    )
    if (done) return true
  }
  return false
}

/** Each of the services, behind a line of its own. */
async function startedServices() {
  const close = async (started: Promise<{ readonly endpoint: string; close(): Promise<void> }>) => {
    const { endpoint, close } = await started
    onTestFinished(close)
    return endpoint
  }
  const lines: Readonly<Record<Service, Line>> = {
    s3: await startLine(await close(startS3({ dir: await folder() }))),
    dynamodb: await startLine(await startedDynamodb()),
    sqs: await startLine(await close(startSqs({ dir: await folder() }))),
    kms: await startLine(await close(startKms({ dir: await folder(), keys: { [signingKey]: 'ECC_NIST_P256' } }))),
  }
  const at = (service: Service) => ({ ...localClient, endpoint: lines[service].endpoint })
  const clients = {
    s3: new S3Client({ ...at('s3'), forcePathStyle: true }),
    db: new DynamoDBClient(at('dynamodb')),
    sqs: new SQSClient({ ...at('sqs'), useQueueUrlAsEndpoint: false }),
    kms: new KMSClient(at('kms')),
  }
  onTestFinished(() => {
    for (const client of Object.values(clients)) client.destroy()
  })
  return { lines, clients }
}

const signingKey = 'alias/signing'

/** A scene in buckets, a table and a queue of its own. */
async function onServices({ clients }: Awaited<ReturnType<typeof startedServices>>, n: number) {
  const { s3, db, sqs, kms } = clients
  const [work, handover, ledger] = [`work-${n}`, `handover-${n}`, `ledger-${n}`]
  await s3.send(new CreateBucketCommand({ Bucket: work }))
  await s3.send(new CreateBucketCommand({ Bucket: handover, ObjectLockEnabledForBucket: true }))
  await s3.send(new PutBucketVersioningCommand({ Bucket: handover, VersioningConfiguration: { Status: 'Enabled' } }))
  await makeTable(db, ledger, ledgerTable)
  const { url } = await makeQueue(sqs, `notices-${n}`)
  const scene: Scene = {
    ...(await aScene()),
    work: s3ObjectStore(s3, work),
    published: s3LockingStore(s3, handover),
    ledger: ledgerStore(db, ledger),
    notices: noticeQueue(sqs, { moh: url }),
    signer: await kmsSigner(kms, signingKey),
  }
  const received = async (): Promise<readonly Notice[]> => {
    const notices: Notice[] = []
    for (;;) {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 }))
      if (Messages.length === 0) return notices
      notices.push(...Messages.map(({ Body = '' }) => JSON.parse(Body) as Notice))
    }
  }
  return { scene, received }
}
