import middy from '@middy/core'
import type {
  APIGatewayAuthorizerResult,
  APIGatewayRequestAuthorizerEvent,
  APIGatewayTokenAuthorizerEvent,
} from 'aws-lambda'
import type { CryptoKey } from 'jose'
import { header } from '../shared/json-request.ts'
import { callerOf } from './access-token.ts'
import { allowedRoutes, type ProtectedRoute } from './allowed-routes.ts'
import type { Caller } from './caller.ts'

interface Needs {
  readonly tokenKey: () => Promise<CryptoKey>
  /** The API's address. */
  readonly api: string
  readonly routes: readonly ProtectedRoute[]
  readonly clock: () => Date
}

type AuthorizerEvent = APIGatewayRequestAuthorizerEvent | APIGatewayTokenAuthorizerEvent

/** Lets a caller reach what is its own and nothing else: the answer may be kept and used for the next request. */
export function authorizerApi({ tokenKey, api, routes, clock }: Needs) {
  return middy<AuthorizerEvent, APIGatewayAuthorizerResult>().handler(async event => {
    const [, token] = /^Bearer ([\w.-]+)$/i.exec(authorizationOf(event)) ?? []
    const caller = token && (await callerOf(token, await tokenKey(), api, clock()))
    // API Gateway answers 401 to this message, and 500 to any other.
    if (!caller) throw new Error('Unauthorized')
    return allow(caller, allowedRoutes(routes, caller), event.methodArn)
  })
}

function authorizationOf(event: AuthorizerEvent): string {
  return (
    (event.type === 'TOKEN' ? event.authorizationToken : header({ headers: event.headers ?? {} }, 'authorization')) ??
    ''
  )
}

function allow(caller: Caller, routes: readonly string[], methodArn: string): APIGatewayAuthorizerResult {
  const [api, stage] = methodArn.split('/')
  const Resource = routes.map(route => `${api}/${stage}/${route}`)
  return {
    principalId: caller.client,
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource }],
    },
    context: { ...caller },
  }
}
