import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { KMSClient } from '@aws-sdk/client-kms'
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3'
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { onTestFinished } from 'vitest'
import { ledgerStore } from '../../../lambdas/handover/ledger-store.ts'
import { ledgerTable } from '../../../lambdas/handover/ledger-table.ts'
import type { Notice } from '../../../lambdas/handover/notice.ts'
import { noticeQueue } from '../../../lambdas/handover/publish/notice-queue.ts'
import { kmsSigner } from '../../../lambdas/handover/signer-client.ts'
import { s3LockingStore, s3ObjectStore } from '../../../lambdas/shared/object-store.ts'
import { isPassing, PassingFailure } from '../../../lambdas/shared/passing.ts'
import { silence } from '../../../lambdas/shared/silence.ts'
import type { Random } from '../../../local/nation/random.ts'
import { makeQueue, makeTable } from '../../../local/stack/make-resources.ts'
import { keys } from '../../../local/stack/resources.ts'
import { type Endpoints, startServices } from '../../../local/stack/services.ts'
import { folder } from '../../local/service.ts'
import { localClient } from '../../registry/registry-service.ts'
import { type Line, startLine } from '../recipients/line.ts'
import { aScene, type Scene } from '../scene.ts'

export type Service = 's3' | 'dynamodb' | 'sqs' | 'kms' | 'sts'

export interface FailingServices {
  /** Each service is behind a line of its own, and so are the clients. */
  readonly lines: Readonly<Record<Service, Line>>
  readonly clients: {
    readonly s3: S3Client
    readonly db: DynamoDBClient
    readonly sqs: SQSClient
    readonly kms: KMSClient
  }
}

export async function failingServices(): Promise<FailingServices> {
  const services = await startServices(await folder(), () => {})
  onTestFinished(services.close)
  const lineTo = (variable: keyof Endpoints) => startLine(services.endpoints[variable])
  const lines = {
    s3: await lineTo('AWS_ENDPOINT_URL_S3'),
    dynamodb: await lineTo('AWS_ENDPOINT_URL_DYNAMODB'),
    sqs: await lineTo('AWS_ENDPOINT_URL_SQS'),
    kms: await lineTo('AWS_ENDPOINT_URL_KMS'),
    sts: await lineTo('AWS_ENDPOINT_URL_STS'),
  }
  const requestHandler = { ...silence, socketTimeout: 500 } // milliseconds
  const at = (service: Service) => ({ ...localClient, endpoint: lines[service].endpoint, requestHandler })
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

/** For a tenth to a half of all requests, as chance will have it: 503, 500, 429, an answer that never comes, or a line that breaks. `silent` is the share of failures that are silent. */
export function failing(random: Random, silent = 0.05): Line['meddle'] {
  const share = 0.1 + 0.4 * random.next()
  return () => {
    if (!random.chance(share)) return undefined
    if (random.chance(silent)) return { silentAfter: 0 }
    const kind = random.below(4)
    return kind === 3 ? { breaksAfter: 0 } : { status: [503, 500, 429][kind] as number }
  }
}

export const failures = 'answers 503, 500 or 429, says nothing, or ends the connection'

/** Takes a step again while it fails in passing, as the state machine does; false when every try failed. */
export async function triedUntilDone(times: number, step: () => Promise<unknown>): Promise<boolean> {
  for (let time = 0; time < times; time++) {
    const done = await step().then(
      () => true,
      (error: Error) => {
        if (!(error instanceof PassingFailure || isPassing(error))) throw error
        return false
      },
    )
    if (done) return true
  }
  return false
}

/** A scene in buckets, a table and a queue of its own. */
export async function sceneOn({ clients: { s3, db, sqs, kms } }: FailingServices, n: number) {
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
    signer: await kmsSigner(kms, keys.signing),
  }
  const received = async (): Promise<readonly Notice[]> => {
    const notices: Notice[] = []
    for (;;) {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 }))
      if (Messages.length === 0) return notices
      notices.push(...Messages.map(({ Body = '' }) => JSON.parse(Body) as Notice))
    }
  }
  return { scene, received, queueUrl: url }
}
