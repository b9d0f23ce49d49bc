import middy from '@middy/core'
import type {
  APIGatewayAuthorizerResult,
  APIGatewayRequestAuthorizerEvent,
  APIGatewayTokenAuthorizerEvent,
} from 'aws-lambda'
import type { CryptoKey } from 'jose'
import { header } from '../shared/json-request.ts'
import { type Caller, callerOf, type TokenRules } from './authorizer.ts'

interface Needs {
  readonly tokenKey: () => Promise<CryptoKey>
  readonly rules: TokenRules
  readonly clock: () => Date
}

type AuthorizerEvent = APIGatewayRequestAuthorizerEvent | APIGatewayTokenAuthorizerEvent

/** Lets a facility reach its own card checks and nothing else: the answer may be kept and used for the next request. */
export function tokenAuthorizerApi({ tokenKey, rules, clock }: Needs) {
  return middy<AuthorizerEvent, APIGatewayAuthorizerResult>().handler(async event => {
    const [, token] = /^Bearer ([\w.-]+)$/i.exec(authorizationOf(event)) ?? []
    const caller = token && (await callerOf(token, await tokenKey(), rules, clock()))
    // API Gateway answers 401 to this message, and 500 to any other.
    if (!caller) throw new Error('Unauthorized')
    return allow(caller, event.methodArn)
  })
}

function authorizationOf(event: AuthorizerEvent): string {
  return (
    (event.type === 'TOKEN' ? event.authorizationToken : header({ headers: event.headers ?? {} }, 'authorization')) ??
    ''
  )
}

function allow({ facility, client }: Caller, methodArn: string): APIGatewayAuthorizerResult {
  const [api, stage] = methodArn.split('/')
  return {
    principalId: client,
    policyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'execute-api:Invoke',
          Resource: `${api}/${stage}/POST/facilities/${facility}/card-checks`,
        },
      ],
    },
    context: { facility, client },
  }
}
