import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { lookupsTable } from '../lambdas/checkin/lookups-table.ts'
import { checkinSettings } from '../lambdas/checkin/settings.ts'
import { agreements } from '../lambdas/handover/agreements.ts'
import { ledgerTable } from '../lambdas/handover/ledger-table.ts'
import { handoverSettings } from '../lambdas/handover/settings.ts'
import { apiRoutes } from '../lib/api-routes.ts'
import type { HandoverStep } from '../lib/handover-machine.ts'
import { controlRoutes, tokenRules } from './control-api.ts'
import { pollQueue } from './event-source.ts'
import { handoverExecutions } from './handover-executions.ts'
import type { LambdaHandler } from './lambda.ts'
import { makeBuckets, makeQueue, makeTable, type Queue } from './make-resources.ts'
import { reservedConcurrency } from './reserved-concurrency.ts'
import { buckets, keys, noticeQueueName, receiptQueueName, tables } from './resources.ts'
import { startRestApi } from './rest-api.ts'
import type { Route } from './rest-api-route.ts'
import { type Clients, clientsAt, type Endpoints, localIdentity, startServices } from './services.ts'
import { lockState } from './state-lock.ts'

/** What another process needs to know of a running stack; it stands in `<dir>/stack.json` while the stack runs. */
export interface StackAddress {
  readonly pid: number
  readonly api: string
  readonly endpoints: Endpoints
  /** By recipient. */
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
 * The whole platform in this process, on stand-ins for AWS: the deployed Lambdas, wired by the settings that the stack would set,
 * with the SDK's endpoints changed. State lies below `dir` and outlives the process, however it ends.
 */
export async function startStack({ dir, port = 0 }: { readonly dir: string; readonly port?: number }): Promise<Stack> {
  const root = resolve(dir)
  await mkdir(root, { recursive: true })
  const unlock = await lockState(root)
  const services = await startServices(join(root, 'services'), () => {})
  const clients = clientsAt(services.endpoints)
  await makeBuckets(clients.s3)
  const registryTableArn = await makeTable(clients.db, tables.registry, registryTable)
  await makeTable(clients.db, tables.ledger, ledgerTable)
  await makeTable(clients.db, tables.lookups, lookupsTable)
  const recipients = agreements.map(({ recipient }) => recipient)
  const notices = await queuesOf(recipients, noticeQueueName, clients)
  const receipts = await queuesOf(recipients, receiptQueueName, clients)

  Object.assign(process.env, services.endpoints, localIdentity, {
    POWERTOOLS_LOG_LEVEL: process.env.POWERTOOLS_LOG_LEVEL ?? 'SILENT',
    [handoverSettings.registryTableArn]: registryTableArn,
    [handoverSettings.ledgerTable]: tables.ledger,
    [handoverSettings.exportsBucket]: buckets.exports,
    [handoverSettings.workBucket]: buckets.work,
    [handoverSettings.handoverBucket]: buckets.handover,
    [handoverSettings.signingKey]: keys.signing,
    [handoverSettings.noticeQueues]: JSON.stringify(byRecipient(notices, ({ url }) => url)),
    [handoverSettings.receiptQueues]: JSON.stringify(
      Object.fromEntries(Object.entries(receipts).map(([recipient, { arn }]) => [arn, recipient])),
    ),
    [handoverSettings.cutLag]: '0',
    [checkinSettings.registryTable]: tables.registry,
    [checkinSettings.lookupsTable]: tables.lookups,
    [checkinSettings.numberHashKey]: keys.numberHash,
    [checkinSettings.tokenKey]: keys.token,
    [checkinSettings.tokenIssuer]: tokenRules.issuer,
    [checkinSettings.tokenAudience]: tokenRules.audience,
  })
  const executions = handoverExecutions(join(root, 'executions'), await handoverFunctions(), clients)
  const { handler: receipt } = await import('../lambdas/handover/receipt.lambda.ts')
  const polling = Object.values(receipts).map(queue =>
    pollQueue(clients.sqs, queue, 'receipt', receipt as LambdaHandler),
  )
  const api = await startRestApi({ port, routes: [...(await platformRoutes()), ...controlRoutes(executions, clients)] })
  const address: StackAddress = {
    pid: process.pid,
    api: api.endpoint,
    endpoints: services.endpoints,
    noticeQueues: byRecipient(notices, ({ url }) => url),
    receiptQueues: byRecipient(receipts, ({ url }) => url),
  }
  await executions.resume()
  await writeAddress(root, address)
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

/** The platform's own routes, each behind the authorizer, as the stack deploys them. */
async function platformRoutes(): Promise<readonly Route[]> {
  const functions = { 'card-check': (await import('../lambdas/checkin/card-check.lambda.ts')).handler as LambdaHandler }
  const { handler } = await import('../lambdas/checkin/token-authorizer.lambda.ts')
  const authorizer = { type: 'TOKEN', handler: handler as LambdaHandler } as const
  return apiRoutes.map(({ method, path, function: name }) => ({ method, path, handler: functions[name], authorizer }))
}

async function handoverFunctions(): Promise<Readonly<Record<HandoverStep, LambdaHandler>>> {
  const load = async (step: Promise<{ readonly handler: unknown }>) =>
    reservedConcurrency((await step).handler as LambdaHandler, childrenAtOnce)
  return {
    start: await load(import('../lambdas/handover/start.lambda.ts')),
    export: await load(import('../lambdas/handover/export.lambda.ts')),
    'check-source': await load(import('../lambdas/handover/check-source.lambda.ts')),
    convert: await load(import('../lambdas/handover/convert.lambda.ts')),
    match: await load(import('../lambdas/handover/match.lambda.ts')),
    plan: await load(import('../lambdas/handover/plan.lambda.ts')),
    compact: await load(import('../lambdas/handover/compact.lambda.ts')),
    reconcile: await load(import('../lambdas/handover/reconcile.lambda.ts')),
    place: await load(import('../lambdas/handover/place.lambda.ts')),
    publish: await load(import('../lambdas/handover/publish.lambda.ts')),
    notify: await load(import('../lambdas/handover/notify.lambda.ts')),
    abandon: await load(import('../lambdas/handover/abandon.lambda.ts')),
  }
}

/** One container a core and one that waits for its files. */
const childrenAtOnce = 3

async function queuesOf(recipients: readonly string[], name: (recipient: string) => string, { sqs }: Clients) {
  const queues: Record<string, Queue> = {}
  for (const recipient of recipients) queues[recipient] = await makeQueue(sqs, name(recipient))
  return queues
}

function byRecipient<Value>(
  queues: Readonly<Record<string, Queue>>,
  of: (queue: Queue) => Value,
): Record<string, Value> {
  return Object.fromEntries(Object.entries(queues).map(([recipient, queue]) => [recipient, of(queue)]))
}

async function writeAddress(dir: string, address: StackAddress) {
  const path = join(dir, addressFile)
  await writeFile(`${path}.part`, JSON.stringify(address, null, 2), { mode: 0o600 })
  await rename(`${path}.part`, path)
}
