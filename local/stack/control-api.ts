import { randomBytes } from 'node:crypto'
import type { APIGatewayProxyEvent } from 'aws-lambda'
import { z } from 'zod'
import type { Route } from '../rest-api/route.ts'
import type { Executions } from './handover-executions.ts'
import type { LambdaHandler } from './lambda.ts'
import { keys } from './resources.ts'
import type { Clients } from './services.ts'
import { tokenRules } from './settings.ts'
import { localTokenApi } from './token-issuer.ts'

/** What the embedded stack answers to its own command line, beside the platform's API: on AWS the console and the CLI do it. */
export function controlRoutes(executions: Executions, { kms }: Pick<Clients, 'kms'>): readonly Route[] {
  const token = localTokenApi({ kms, keyId: keys.token, ...tokenRules, clock: () => new Date() })
  return [
    {
      method: 'GET',
      path: '/local/health',
      handler: async () => ({ statusCode: 200, body: JSON.stringify({ pid: process.pid }) }),
    },
    { method: 'POST', path: '/local/token', handler: token as LambdaHandler },
    { method: 'POST', path: '/local/handovers', handler: startHandover(executions) },
    { method: 'GET', path: '/local/handovers/{execution}', handler: lookAtHandover(executions) },
  ]
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
