import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3'
import { SQSClient } from '@aws-sdk/client-sqs'
import type { APIGatewayProxyEvent, Context } from 'aws-lambda'
import { type CryptoKey, importJWK } from 'jose'
import { onTestFinished } from 'vitest'
import { accessTokens } from '../../../lambdas/access/access-token-client.ts'
import { authorizerApi } from '../../../lambdas/access/authorizer-api.ts'
import { tokenApi } from '../../../lambdas/access/token-api.ts'
import { ledgerStore } from '../../../lambdas/handover/ledger-store.ts'
import { noticeQueue } from '../../../lambdas/handover/publish/notice-queue.ts'
import { awsTransport } from '../../../lambdas/handover/pull/aws-transport-client.ts'
import { httpsTransport } from '../../../lambdas/handover/pull/https-transport-client.ts'
import type { PullOptions } from '../../../lambdas/handover/pull/pull.ts'
import { pull } from '../../../lambdas/handover/pull/pull-client.ts'
import type { PullTransport } from '../../../lambdas/handover/pull/pull-transport.ts'
import { enrol } from '../../../lambdas/handover/pull/trust-files.ts'
import { latestApi } from '../../../lambdas/handover/recipients/latest-api.ts'
import { s3Links } from '../../../lambdas/handover/recipients/link-client.ts'
import { linksApi } from '../../../lambdas/handover/recipients/links-api.ts'
import { noticesApi } from '../../../lambdas/handover/recipients/notices-api.ts'
import { receiptJob } from '../../../lambdas/handover/recipients/receipt-job.ts'
import { receiptsApi } from '../../../lambdas/handover/recipients/receipts-api.ts'
import { recipientNoticeQueue } from '../../../lambdas/handover/recipients/recipient-notice-queue.ts'
import { s3LockingStore } from '../../../lambdas/shared/object-store.ts'
import { protectedRoutes } from '../../../lib/api-routes.ts'
import { folderStore } from '../../../local/folder-store.ts'
import { startRestApi } from '../../../local/rest-api/rest-api.ts'
import type { Route } from '../../../local/rest-api/route.ts'
import { startS3 } from '../../../local/s3/s3.ts'
import { startSqs } from '../../../local/sqs.ts'
import { pollQueue } from '../../../local/stack/event-source.ts'
import { routesOf } from '../../../local/stack/functions.ts'
import { makeQueue } from '../../../local/stack/make-resources.ts'
import { aClient, signer as clientSigner, keyPair, startedClients } from '../../access/clients.ts'
import { folder } from '../../local/service.ts'
import { localClient } from '../../registry/registry-service.ts'
import { jwks, signer } from '../convert/conversion.ts'
import { messagesLeft } from '../messages-left.ts'
import type { Publisher } from '../pull/published-handover.ts'
import { startLine } from './line.ts'

const bucket = 'handover'
const platform = keyPair()

/** All that lies between the last steps of a handover and its recipient, on embedded services; the recipient comes by a line of its own. */
export async function recipientScene() {
  const { s3, line } = await startedBucket()
  const sqs = await startedSqs()
  const notices = await makeQueue(sqs, 'notices')
  const receipts = await makeQueue(sqs, 'receipts')
  const { clients, db } = await startedClients()
  await clients.put(aClient())
  const ledger = ledgerStore(db, 'ledger')
  const clock = () => new Date()
  const settling = pollQueue(
    sqs,
    receipts,
    'receipt',
    receiptJob({ ledger, recipients: { [receipts.arn]: 'moh' }, clock }),
  )
  onTestFinished(() => settling.stop())

  const published = s3LockingStore(s3, bucket)
  const acknowledgementKey = async () => Buffer.alloc(32, 7)
  const queue = recipientNoticeQueue(sqs, { moh: notices.url })
  const links = linksApi({ links: s3Links(line.client, bucket), clock })
  const linksAsked: number[] = []
  const elsewhere = async () => ({ statusCode: 404 })
  const routes = Promise.withResolvers<readonly Route[]>()
  const api = await startRestApi({ routes: routes.promise, onFault: () => {} })
  onTestFinished(api.close)
  const functions = {
    token: tokenApi({ clients, signer: async () => platform.signer, api: api.endpoint, clock, newId: randomUUID }),
    'card-check': elsewhere,
    gateway: elsewhere,
    'gateway-token': elsewhere,
    sharing: elsewhere,
    notices: noticesApi({ queue, acknowledgementKey, randomBytes }),
    links: (event: unknown, context: Context) => {
      linksAsked.push(JSON.parse((event as APIGatewayProxyEvent).body ?? '').paths.length)
      return links(event as APIGatewayProxyEvent, context)
    },
    latest: latestApi({ published }),
    receipts: receiptsApi({ ledger, queue, acknowledgementKey, clock }),
  }
  const tokenKey = async () => (await importJWK(platform.jwk, 'ES256')) as CryptoKey
  const authorizer = authorizerApi({ tokenKey, api: api.endpoint, routes: protectedRoutes, clock })
  routes.resolve(routesOf(functions, authorizer))

  const publisher: Publisher = {
    ledger,
    work: folderStore(await folder()),
    published,
    bucket,
    signer,
    notices: noticeQueue(sqs, { moh: notices.url }),
    clock,
  }
  const tokens = (client = aClient().id) =>
    accessTokens({
      api: api.endpoint,
      client,
      signer: clientSigner,
      clock,
      newId: randomUUID,
    })
  const transports = {
    https: (now = clock, access = tokens(), silence = 5000) =>
      httpsTransport({ api: api.endpoint, recipient: 'moh', tokens: access, clock: now }, silence),
    aws: (_now = clock, _access = tokens(), silence = 5000) =>
      awsTransport(
        {
          s3: line.client,
          sqs,
          recipient: 'moh',
          bucket,
          noticeQueueUrl: notices.url,
          receiptQueueUrl: receipts.url,
        },
        silence,
      ),
  }
  return {
    api: api.endpoint,
    clients,
    tokens,
    sqs,
    queues: { notices, receipts },
    ledger,
    published,
    publisher,
    /** The recipient's line to S3. */
    line,
    /** How many links were asked for, request by request. */
    linksAsked,
    transports,
    noticesLeft: () => messagesLeft(sqs, notices.url),
    /** A recipient with a folder of its own. */
    async recipient(transport: PullTransport) {
      const home = await folder()
      const trustDir = join(home, 'trust')
      await enrol(trustDir, jwks)
      const pauses: number[] = []
      const options: PullOptions = {
        recipient: 'moh',
        transport,
        dir: join(home, 'inbox'),
        trustDir,
        clock,
        random: () => 0.5,
        sleep: async milliseconds => pauses.push(milliseconds),
        freeBytes: async () => Number.MAX_SAFE_INTEGER,
      }
      return {
        inbox: options.dir,
        trustDir,
        /** Milliseconds that the client would have waited. */
        pauses,
        outcome: (changes: Partial<PullOptions> = {}) => pull({ ...options, ...changes }),
        /** Only the handovers that it took. */
        pull: async (changes: Partial<PullOptions> = {}) => (await pull({ ...options, ...changes })).handovers,
      }
    },
  }
}

async function startedBucket() {
  const { endpoint, close } = await startS3({ dir: await folder() })
  onTestFinished(close)
  const line = await startLine(endpoint)
  const clientAt = (endpoint: string) => {
    const s3 = new S3Client({ ...localClient, endpoint, forcePathStyle: true, maxAttempts: 1 })
    onTestFinished(() => s3.destroy())
    return s3
  }
  const s3 = clientAt(endpoint)
  await s3.send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: true }))
  await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }))
  return { s3, line: Object.assign(line, { client: clientAt(line.endpoint) }) }
}

async function startedSqs(): Promise<SQSClient> {
  const { endpoint, close } = await startSqs({ dir: await folder() })
  onTestFinished(close)
  const sqs = new SQSClient({ ...localClient, endpoint, useQueueUrlAsEndpoint: false })
  onTestFinished(() => sqs.destroy())
  return sqs
}
