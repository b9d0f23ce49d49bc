import { type ApiRoute, apiRoutes } from '../../lib/api-routes.ts'
import type { HandoverStep } from '../../lib/handover-machine.ts'
import type { Route } from '../rest-api/route.ts'
import type { LambdaHandler } from './lambda.ts'
import { reservedConcurrency } from './reserved-concurrency.ts'

/** One container a core, and one that waits for its files. */
const childrenAtOnce = 3

/** The deployed entries that the state machine calls. They read their settings as they are loaded, so these must be there by then. */
export async function handoverFunctions(): Promise<Readonly<Record<HandoverStep, LambdaHandler>>> {
  const load = async (entry: Promise<Entry>) => reservedConcurrency(await handlerOf(entry), childrenAtOnce)
  return {
    start: await load(import('../../lambdas/handover/start.lambda.ts')),
    export: await load(import('../../lambdas/handover/export.lambda.ts')),
    'check-source': await load(import('../../lambdas/handover/check-source.lambda.ts')),
    convert: await load(import('../../lambdas/handover/convert.lambda.ts')),
    merge: await load(import('../../lambdas/handover/merge.lambda.ts')),
    match: await load(import('../../lambdas/handover/match.lambda.ts')),
    plan: await load(import('../../lambdas/handover/plan.lambda.ts')),
    compact: await load(import('../../lambdas/handover/compact.lambda.ts')),
    compare: await load(import('../../lambdas/handover/compare.lambda.ts')),
    reconcile: await load(import('../../lambdas/handover/reconcile.lambda.ts')),
    place: await load(import('../../lambdas/handover/place.lambda.ts')),
    publish: await load(import('../../lambdas/handover/publish.lambda.ts')),
    notify: await load(import('../../lambdas/handover/notify.lambda.ts')),
    abandon: await load(import('../../lambdas/handover/abandon.lambda.ts')),
  }
}

/** The deployed entries that queues call. */
export async function queueFunctions() {
  return {
    intake: await handlerOf(import('../../lambdas/registry/intake.lambda.ts')),
    receipt: await handlerOf(import('../../lambdas/handover/receipt.lambda.ts')),
  }
}

/** The deployed entries that schedules call. */
export async function scheduledFunctions() {
  return { 'seal-lookups': await handlerOf(import('../../lambdas/checkin/seal-lookups.lambda.ts')) }
}

/** The platform's own routes, behind the authorizer where the stack puts them behind it. */
export async function platformRoutes(): Promise<readonly Route[]> {
  const functions = {
    token: await handlerOf(import('../../lambdas/access/token.lambda.ts')),
    'card-check': await handlerOf(import('../../lambdas/checkin/card-check.lambda.ts')),
    gateway: await handlerOf(import('../../lambdas/checkin/gateway.lambda.ts')),
    'gateway-token': await handlerOf(import('../../lambdas/checkin/gateway-token.lambda.ts')),
    notices: await handlerOf(import('../../lambdas/handover/notices.lambda.ts')),
    links: await handlerOf(import('../../lambdas/handover/links.lambda.ts')),
    latest: await handlerOf(import('../../lambdas/handover/latest.lambda.ts')),
    receipts: await handlerOf(import('../../lambdas/handover/receipts.lambda.ts')),
    sharing: await handlerOf(import('../../lambdas/handover/sharing.lambda.ts')),
  }
  const authorizer = await handlerOf(import('../../lambdas/access/authorizer.lambda.ts'))
  return routesOf(functions, authorizer)
}

export function routesOf(
  functions: Readonly<Record<ApiRoute['function'], LambdaHandler>>,
  authorizer: LambdaHandler,
): readonly Route[] {
  return apiRoutes.map(({ method, path, function: name, role }) => ({
    method,
    path,
    handler: functions[name],
    ...(role && { authorizer: { type: 'TOKEN', handler: authorizer } }),
  }))
}

interface Entry {
  readonly handler: unknown
}

async function handlerOf(entry: Promise<Entry>): Promise<LambdaHandler> {
  return (await entry).handler as LambdaHandler
}
