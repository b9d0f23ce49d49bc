import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { APIGatewayProxyEvent } from 'aws-lambda'
import type { MatchedRoute } from './route.ts'

export const account = '000000000000'
export const apiId = 'local'

/** The request as API Gateway tells a function of it, in the REST API's form, before an authorizer has said who it is. */
export function proxyEvent(
  request: IncomingMessage,
  body: Buffer,
  { route, parameters }: MatchedRoute,
  stage: string,
): APIGatewayProxyEvent {
  const method = request.method ?? ''
  const { path, query } = requestTarget(request)
  const headers = valuesByName(headerPairs(request.rawHeaders))
  const queryParameters = valuesByName(new URLSearchParams(query))
  const pathParameters = Object.entries(parameters).map(([name, value]) => [name, decode(value)])
  const encoding = isText(request.headers['content-type']) ? 'utf8' : 'base64'
  return {
    resource: route.path,
    path,
    httpMethod: method,
    headers: lastValues(headers),
    multiValueHeaders: headers,
    queryStringParameters: query ? lastValues(queryParameters) : null,
    multiValueQueryStringParameters: query ? queryParameters : null,
    pathParameters: pathParameters.length > 0 ? Object.fromEntries(pathParameters) : null,
    stageVariables: null,
    requestContext: requestContext(request, method, path, route.path, stage),
    body: body.length > 0 ? body.toString(encoding) : null,
    isBase64Encoded: body.length > 0 && encoding === 'base64',
  }
}

export function requestTarget({ url = '/' }: IncomingMessage): { path: string; query: string } {
  const [path = '', query = ''] = url.split(/\?(.*)/s)
  return { path, query }
}

function* headerPairs(raw: readonly string[]): Generator<[name: string, value: string]> {
  for (let index = 0; index + 1 < raw.length; index += 2) yield [raw[index] ?? '', raw[index + 1] ?? '']
}

function valuesByName(pairs: Iterable<readonly [name: string, value: string]>): Record<string, string[]> {
  const groups = Map.groupBy(pairs, ([name]) => name)
  return Object.fromEntries(groups.entries().map(([name, group]) => [name, group.map(([, value]) => value)]))
}

function lastValues(values: Readonly<Record<string, readonly string[]>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all.at(-1) ?? '']))
}

/** A value that is not percent-encoded properly stays as it came. */
function decode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

/** A body without a type is JSON to API Gateway; every other type counts as one of the API's binary media types. */
function isText(contentType = 'application/json'): boolean {
  return /^(text\/|application\/(.*\b(json|xml)\b|x-www-form-urlencoded))/i.test(contentType)
}

function requestContext(request: IncomingMessage, method: string, path: string, resourcePath: string, stage: string) {
  const now = new Date()
  return {
    accountId: account,
    apiId,
    authorizer: undefined,
    domainName: request.headers.host,
    extendedRequestId: randomUUID(),
    httpMethod: method,
    identity: {
      accessKey: null,
      accountId: null,
      apiKey: null,
      apiKeyId: null,
      caller: null,
      clientCert: null,
      cognitoAuthenticationProvider: null,
      cognitoAuthenticationType: null,
      cognitoIdentityId: null,
      cognitoIdentityPoolId: null,
      principalOrgId: null,
      sourceIp: request.socket.remoteAddress ?? '',
      user: null,
      userAgent: request.headers['user-agent'] ?? null,
      userArn: null,
    },
    path,
    protocol: `HTTP/${request.httpVersion}`,
    requestId: randomUUID(),
    requestTime: commonLogTime(now),
    requestTimeEpoch: now.getTime(),
    resourceId: resourcePath,
    resourcePath,
    stage,
  }
}

/** 09/Apr/2026:12:34:56 +0000 */
function commonLogTime(time: Date): string {
  const [, day, month, year, clock] = /, (\d\d) (\w{3}) (\d{4}) ([\d:]{8})/.exec(time.toUTCString()) ?? []
  return `${day}/${month}/${year}:${clock} +0000`
}
