import { rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { clientStore } from '../../lambdas/access/client-store.ts'
import { kmsPublicJwk } from '../../lambdas/handover/signer-client.ts'
import { makeFolder } from '../make-folder.ts'
import { startRestApi } from '../rest-api/rest-api.ts'
import type { Route } from '../rest-api/route.ts'
import type { ObjectCreated } from '../s3/store.ts'
import { controlRoutes } from './control-api.ts'
import { pollQueue } from './event-source.ts'
import { handoverFunctions, platformRoutes, queueFunctions, scheduledFunctions } from './functions.ts'
import { handoverExecutions } from './handover-executions.ts'
import type { Queue } from './make-resources.ts'
import { buckets, keys, tables } from './resources.ts'
import { type Clients, clientsAt, type Endpoints, localIdentity, startServices } from './services.ts'
import { stackSettings } from './settings.ts'
import { makeStackResources, urlsOf } from './stack-resources.ts'
import { lockState } from './state-lock.ts'

/** What another process needs to know of a running stack; it stands in `<dir>/stack.json` while the stack runs. */
export interface StackAddress {
  readonly pid: number
  readonly api: string
  readonly endpoints: Endpoints
  /** The file with the public key that signs handovers. */
  readonly jwks: string
  /** The file with the public key that seals lookups. */
  readonly sealsJwks: string
  /** URLs, by recipient. */
  readonly noticeQueues: Readonly<Record<string, string>>
  readonly receiptQueues: Readonly<Record<string, string>>
}

export interface Stack {
  readonly address: StackAddress
  readonly clients: Clients
  close(): Promise<void>
}

export const addressFile = 'stack.json'

/**
 * The whole platform in this process, on stand-ins for AWS: the deployed Lambdas, wired by the settings that the stacks would set,
 * with the SDK's endpoints changed. State lies below `dir` and outlives the process, however it ends. One stack a process: its
 * settings are the process's environment.
 */
export async function startStack({ dir, port = 0 }: { readonly dir: string; readonly port?: number }): Promise<Stack> {
  const root = resolve(dir)
  await makeFolder(root)
  const unlock = await lockState(root)
  const landed = Promise.withResolvers<(created: ObjectCreated) => Promise<void>>()
  const services = await startServices(join(root, 'services'), async created => (await landed.promise)(created))
  const clients = clientsAt(services.endpoints)
  const resources = await makeStackResources(clients)
  landed.resolve(created => announceFeed(clients, resources.landing, created))

  const quiet = { POWERTOOLS_LOG_LEVEL: process.env.POWERTOOLS_LOG_LEVEL ?? 'SILENT' }
  const routes = Promise.withResolvers<readonly Route[]>()
  const api = await startRestApi({ port, routes: routes.promise })
  Object.assign(process.env, services.endpoints, localIdentity, quiet, stackSettings(resources, api.endpoint))
  const executions = handoverExecutions(join(root, 'executions'), await handoverFunctions(), clients)
  const { intake, receipt } = await queueFunctions()
  const polling = [
    pollQueue(clients.sqs, resources.landing, 'intake', intake),
    ...Object.values(resources.receipts).map(queue => pollQueue(clients.sqs, queue, 'receipt', receipt)),
  ]
  const control = controlRoutes(executions, clientStore(clients.db, tables.ledger), await scheduledFunctions())
  routes.resolve([...(await platformRoutes()), ...control])
  const address: StackAddress = {
    pid: process.pid,
    api: api.endpoint,
    endpoints: services.endpoints,
    jwks: join(root, 'handover-signing.jwks.json'),
    sealsJwks: join(root, 'lookups-sealing.jwks.json'),
    noticeQueues: urlsOf(resources.notices),
    receiptQueues: urlsOf(resources.receipts),
  }
  await putJson(address.jwks, { keys: [await kmsPublicJwk(clients.kms, keys.signing)] })
  await putJson(address.sealsJwks, { keys: [await kmsPublicJwk(clients.kms, keys.seals)] })
  await putJson(join(root, addressFile), address)
  await executions.resume()
  return {
    address,
    clients,
    async close() {
      executions.stop()
      await rm(join(root, addressFile), { force: true })
      await Promise.all(polling.map(({ stop }) => stop()))
      await api.close()
      for (const client of Object.values(clients)) client.destroy()
      await services.close()
      await unlock()
    },
  }
}

/** What EventBridge would put into the landing queue: S3's "Object Created", for feeds alone. */
async function announceFeed({ sqs }: Clients, landing: Queue, { bucket, key }: ObjectCreated) {
  if (bucket !== buckets.landing || !key.startsWith('feeds/')) return
  const event = {
    'detail-type': 'Object Created',
    source: 'aws.s3',
    detail: { bucket: { name: bucket }, object: { key } },
  }
  await sqs.send(new SendMessageCommand({ QueueUrl: landing.url, MessageBody: JSON.stringify(event) }))
}

async function putJson(path: string, document: object) {
  await writeFile(`${path}.part`, `${JSON.stringify(document, null, 2)}\n`, { mode: 0o600 })
  await rename(`${path}.part`, path)
}
