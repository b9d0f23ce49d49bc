import type { APIGatewayProxyEvent } from 'aws-lambda'
import { z } from 'zod'
import { invokeLambda } from '../stack/lambda.ts'
import { account, apiId } from './event.ts'
import { integrationTimeoutMs } from './reply.ts'
import type { Authorizer } from './route.ts'

/** What the function is told of the caller, or the answer that the caller gets instead. */
export type Authorization = { readonly context: Readonly<Record<string, string | number | null>> } | Refusal
export interface Refusal {
  readonly status: number
  readonly body: Readonly<Record<string, string | null>>
}

const oneOrMore = z.union([z.string(), z.array(z.string())])
const statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: oneOrMore,
  Resource: oneOrMore,
})
const authorizerAnswer = z.object({
  principalId: z.string(),
  policyDocument: z.object({ Statement: z.array(statement) }),
  context: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).nullish(),
})

const unauthorized: Refusal = { status: 401, body: { message: 'Unauthorized' } }
const misconfigured: Refusal = { status: 500, body: { message: null } }
const denied: Refusal = {
  status: 403,
  body: { Message: 'User is not authorized to access this resource with an explicit deny in an identity-based policy' },
}
const notAllowed: Refusal = {
  status: 403,
  body: {
    Message:
      'User is not authorized to access this resource because no identity-based policy allows the execute-api:Invoke action',
  },
}

/** The token is the Authorization header, the identity source of both types: without it the authorizer is not asked. */
export async function authorize(
  { type, handler }: Authorizer,
  event: APIGatewayProxyEvent,
  token: string | undefined,
  onFault: (error: unknown) => void,
): Promise<Authorization> {
  if (!token) return unauthorized
  const { httpMethod, path, requestContext } = event
  const methodArn = `arn:aws:execute-api:ap-southeast-1:${account}:${apiId}/${requestContext.stage}/${httpMethod}${path}`
  const question = type === 'TOKEN' ? { type, methodArn, authorizationToken: token } : requestEvent(event, methodArn)
  try {
    const answer = await invokeLambda(handler, 'authorizer', question, integrationTimeoutMs)
    const { principalId, policyDocument, context } = authorizerAnswer.parse(answer)
    const effects = policyDocument.Statement.filter(matches(methodArn)).map(({ Effect }) => Effect)
    if (effects.includes('Deny')) return denied
    if (!effects.includes('Allow')) return notAllowed
    return { context: { ...asText(context ?? {}), principalId, integrationLatency: 0 } }
  } catch (error) {
    if (error instanceof Error && error.message === 'Unauthorized') return unauthorized
    onFault(error)
    return misconfigured
  }
}

function requestEvent(event: APIGatewayProxyEvent, methodArn: string) {
  const { body: _, isBase64Encoded: __, ...request } = event
  return {
    ...request,
    type: 'REQUEST',
    methodArn,
    queryStringParameters: event.queryStringParameters ?? {},
    multiValueQueryStringParameters: event.multiValueQueryStringParameters ?? {},
    pathParameters: event.pathParameters ?? {},
    stageVariables: event.stageVariables ?? {},
  }
}

function matches(methodArn: string): (one: z.infer<typeof statement>) => boolean {
  return ({ Action, Resource }) =>
    [Action].flat().some(action => wildcard(action).test('execute-api:Invoke')) &&
    [Resource].flat().some(resource => wildcard(resource).test(methodArn))
}

function wildcard(pattern: string): RegExp {
  const source = RegExp.escape(pattern).replaceAll('\\*', '.*').replaceAll('\\?', '.')
  return new RegExp(`^${source}$`, 's')
}

/** API Gateway hands numbers and booleans on as text. */
function asText(context: Readonly<Record<string, string | number | boolean | null>>): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(context).map(([name, value]) => [name, value === null ? null : String(value)]),
  )
}
