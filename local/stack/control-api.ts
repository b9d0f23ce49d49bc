import { randomBytes } from 'node:crypto'
import type { APIGatewayProxyEvent } from 'aws-lambda'
import { z } from 'zod'
import { client } from '../../lambdas/access/client.ts'
import type { Clients } from '../../lambdas/access/client-store.ts'
import type { Route } from '../rest-api/route.ts'
import type { Executions } from './handover-executions.ts'
import { invokeLambda, type LambdaHandler } from './lambda.ts'

/** What the embedded stack answers to its own command line, beside the platform's API: on AWS the console and the CLI do it. */
export function controlRoutes(
  executions: Executions,
  clients: Clients,
  scheduled: Readonly<Record<string, LambdaHandler>>,
): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/local/health',
      handler: async () => ({ statusCode: 200, body: JSON.stringify({ pid: process.pid }) }),
    },
    { method: 'POST', path: '/local/clients', handler: enrolClient(clients) },
    { method: 'POST', path: '/local/handovers', handler: startHandover(executions) },
    { method: 'GET', path: '/local/handovers/{execution}', handler: lookAtHandover(executions) },
    { method: 'POST', path: '/local/scheduled/{function}', handler: callScheduled(scheduled) },
  ]
}

/** `POST /local/clients` with a client as the ledger keeps it: on AWS an operator puts it. */
export function enrolClient(clients: Clients): LambdaHandler {
  return async ({ body }: APIGatewayProxyEvent) => {
    await clients.put(client.parse(JSON.parse(body ?? '')))
    return { statusCode: 204 }
  }
}

const started = z.object({ mode: z.enum(['full', 'delta']).default('full') })

function startHandover(executions: Executions): LambdaHandler {
  return async ({ body }: APIGatewayProxyEvent) => {
    const { mode } = started.parse(JSON.parse(body ?? '{}'))
    const name = `handover-${new Date().toISOString().replace(/[^0-9]/g, '')}-${randomBytes(4).toString('hex')}`
    await executions.start(name, { mode })
    return { statusCode: 202, body: JSON.stringify({ execution: name }) }
  }
}

function lookAtHandover(executions: Executions): LambdaHandler {
  return async (event: APIGatewayProxyEvent) => {
    const { execution = '' } = event.pathParameters ?? {}
    const found = await executions.look(execution, Number(event.queryStringParameters?.from ?? 0))
    return found ? { statusCode: 200, body: JSON.stringify(found) } : { statusCode: 404, body: '{}' }
  }
}

/** Calls what a schedule calls, now; gives its answer, or the name and the message of its error. */
function callScheduled(functions: Readonly<Record<string, LambdaHandler>>): LambdaHandler {
  return async (event: APIGatewayProxyEvent) => {
    const { function: name = '' } = event.pathParameters ?? {}
    const handler = functions[name]
    if (!handler) return { statusCode: 404, body: '{}' }
    try {
      return { statusCode: 200, body: JSON.stringify(await invokeLambda(handler, name, {}, scheduledMs)) }
    } catch (error) {
      const { name: code, message } = error as Error
      return { statusCode: 500, body: JSON.stringify({ code, message }) }
    }
  }
}

/** The longest that a function may take on AWS. */
const scheduledMs = 900_000
