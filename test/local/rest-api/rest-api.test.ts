import { request as httpRequest } from 'node:http'
import { text } from 'node:stream/consumers'
import type { APIGatewayProxyEvent, APIGatewayRequestAuthorizerEvent, APIGatewayTokenAuthorizerEvent } from 'aws-lambda'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type RestApi, startRestApi } from '../../../local/rest-api/rest-api.ts'
import type { Authorizer, Route } from '../../../local/rest-api/route.ts'
import type { LambdaHandler } from '../../../local/stack/lambda.ts'

const cardChecks = '/facilities/{facilityCode}/card-checks'
const open: RestApi[] = []
const faults: unknown[] = []

afterEach(async () => {
  vi.useRealTimers()
  faults.length = 0
  await Promise.all(open.splice(0).map(api => api.close()))
})

async function serve(...routes: readonly Route[]): Promise<string> {
  const api = await startRestApi({ routes, onFault: fault => faults.push(fault) })
  open.push(api)
  return api.endpoint
}

/** Answers with the event that it was given. */
async function tell(event: APIGatewayProxyEvent) {
  return { statusCode: 200, body: JSON.stringify(event) }
}

function named(name: string): LambdaHandler {
  return async () => ({ statusCode: 200, body: JSON.stringify(name) })
}

async function told(response: Response): Promise<APIGatewayProxyEvent> {
  expect(response.status).toBe(200)
  return JSON.parse(await response.text())
}

describe("API Gateway's event", () => {
  it('says all of a request', async () => {
    const endpoint = await serve({ method: 'POST', path: cardChecks, handler: tell })
    const event = await told(
      await fetch(`${endpoint}/facilities/01%2F234/card-checks?q=a&q=b+c&name=Nguy%E1%BB%85n`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'User-Agent': 'his/1', 'X-Trace': 'one' },
        body: '{"number":"DN4"}',
      }),
    )
    expect(event).toEqual({
      resource: cardChecks,
      path: '/facilities/01%2F234/card-checks',
      httpMethod: 'POST',
      headers: expect.objectContaining({ 'X-Trace': 'one', 'User-Agent': 'his/1' }),
      multiValueHeaders: expect.objectContaining({ 'X-Trace': ['one'] }),
      queryStringParameters: { q: 'b c', name: 'Nguyễn' },
      multiValueQueryStringParameters: { q: ['a', 'b c'], name: ['Nguyễn'] },
      pathParameters: { facilityCode: '01/234' },
      stageVariables: null,
      requestContext: {
        accountId: '000000000000',
        apiId: 'local',
        domainName: endpoint.replace('http://', ''),
        extendedRequestId: expect.any(String),
        httpMethod: 'POST',
        identity: expect.objectContaining({ sourceIp: '127.0.0.1', userAgent: 'his/1', user: null }),
        path: '/facilities/01%2F234/card-checks',
        protocol: 'HTTP/1.1',
        requestId: expect.stringMatching(/^[\da-f-]{36}$/),
        requestTime: expect.stringMatching(/^\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        requestTimeEpoch: expect.any(Number),
        resourceId: cardChecks,
        resourcePath: cardChecks,
        stage: 'local',
      },
      body: '{"number":"DN4"}',
      isBase64Encoded: false,
    })
    expect(Math.abs(event.requestContext.requestTimeEpoch - Date.now())).toBeLessThan(60_000)
  })

  it('says null of what is not there', async () => {
    const endpoint = await serve({ method: 'GET', path: '/', handler: tell })
    expect(await told(await fetch(endpoint))).toMatchObject({
      path: '/',
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      pathParameters: null,
      body: null,
      isBase64Encoded: false,
    })
  })

  it('keeps the spelling of header names, and all values of a repeated header', async () => {
    const endpoint = await serve({ method: 'GET', path: '/', handler: tell })
    const body = await new Promise<string>((resolve, reject) => {
      const headers = { 'X-Role': ['desk', 'officer'] }
      httpRequest(endpoint, { headers }, async response => resolve(await text(response)))
        .on('error', reject)
        .end()
    })
    expect(JSON.parse(body)).toMatchObject({
      headers: { 'X-Role': 'officer' },
      multiValueHeaders: { 'X-Role': ['desk', 'officer'] },
    })
  })

  it('takes what nobody should send as it comes', async () => {
    const endpoint = await serve({ method: 'GET', path: '/packs/{id}', handler: tell })
    const event = await told(await fetch(`${endpoint}/packs/%E0%A4%A?__proto__=a&b`))
    expect(event.pathParameters).toEqual({ id: '%E0%A4%A' })
    expect(Object.entries(event.queryStringParameters ?? {})).toEqual([
      ['__proto__', 'a'],
      ['b', ''],
    ])
  })

  it.each([
    'application/json; charset=utf-8',
    'text/plain',
    'application/fhir+xml',
    'application/x-www-form-urlencoded',
  ])('carries a body of %s as text', async type => {
    const endpoint = await serve({ method: 'PUT', path: '/', handler: tell })
    const event = await told(await fetch(endpoint, { method: 'PUT', headers: { 'content-type': type }, body: 'đủ' }))
    expect(event).toMatchObject({ body: 'đủ', isBase64Encoded: false })
  })

  it('carries any other body in base64', async () => {
    const endpoint = await serve({ method: 'PUT', path: '/', handler: tell })
    const body = new Uint8Array([0, 255, 128])
    const headers = { 'content-type': 'application/octet-stream' }
    const event = await told(await fetch(endpoint, { method: 'PUT', headers, body }))
    expect(event).toMatchObject({ body: 'AP+A', isBase64Encoded: true })
  })

  it('names the stage', async () => {
    const api = await startRestApi({ routes: [{ method: 'GET', path: '/', handler: tell }], stage: 'v1' })
    open.push(api)
    expect((await told(await fetch(api.endpoint))).requestContext.stage).toBe('v1')
  })
})

describe('a route', () => {
  it.each([
    ['GET', '/packs/latest', 'fixed'],
    ['GET', '/packs/7', 'named'],
    ['GET', '/packs/7/parts/1', 'rest'],
    ['GET', '/packs/latest/parts', 'rest'],
    ['DELETE', '/packs/7', 'any method'],
  ])('%s %s is the %s one', async (method, path, expected) => {
    const endpoint = await serve(
      { method: 'GET', path: '/{proxy+}', handler: named('root') },
      { method: 'GET', path: '/packs/{proxy+}', handler: named('rest') },
      { method: 'ANY', path: '/packs/{id}', handler: named('any method') },
      { method: 'GET', path: '/packs/{id}', handler: named('named') },
      { method: 'GET', path: '/packs/latest', handler: named('fixed') },
    )
    expect(await (await fetch(endpoint + path, { method })).json()).toBe(expected)
  })

  it('gives the rest of the path as one parameter', async () => {
    const endpoint = await serve({ method: 'GET', path: '/files/{key+}', handler: tell })
    expect((await told(await fetch(`${endpoint}/files/a/b%20c`))).pathParameters).toEqual({ key: 'a/b c' })
  })

  it.each([
    ['no such path', 'GET', '/nowhere'],
    ['a path with more', 'POST', '/facilities/01234/card-checks/1'],
    ['a slash at the end', 'POST', '/facilities/01234/card-checks/'],
    ['an empty parameter', 'POST', '/facilities//card-checks'],
    ['another method', 'GET', '/facilities/01234/card-checks'],
    ['a method that only a less specific resource has', 'DELETE', '/facilities/own'],
  ])('is missing for %s: 403', async (_what, method, path) => {
    const endpoint = await serve(
      { method: 'POST', path: cardChecks, handler: tell },
      { method: 'GET', path: '/facilities/own', handler: tell },
      { method: 'DELETE', path: '/facilities/{code}', handler: tell },
    )
    const response = await fetch(endpoint + path, { method })
    expect(response.status).toBe(403)
    expect(await response.text()).toBe('{"message":"Missing Authentication Token"}')
  })
})

describe("a function's answer", () => {
  async function get(handler: LambdaHandler): Promise<Response> {
    return fetch(await serve({ method: 'GET', path: '/', handler }))
  }

  it('becomes the response, JSON unless it says otherwise', async () => {
    const response = await get(async () => ({ statusCode: 201, body: '{"id":7}', headers: { 'X-Count': 3 } }))
    expect(response.status).toBe(201)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(response.headers.get('x-count')).toBe('3')
    expect(await response.json()).toEqual({ id: 7 })
  })

  it('merges headers of one value and of several', async () => {
    const response = await get(async () => ({
      statusCode: 200,
      headers: { 'Set-Cookie': 'a=1', 'content-type': 'text/csv' },
      multiValueHeaders: { 'set-cookie': ['a=1', 'b=2'] },
      body: 'x',
    }))
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(response.headers.get('content-type')).toBe('text/csv')
  })

  it('may be bytes in base64, or nothing', async () => {
    const bytes = await get(async () => ({ statusCode: 200, body: 'AP+A', isBase64Encoded: true }))
    expect(new Uint8Array(await bytes.arrayBuffer())).toEqual(new Uint8Array([0, 255, 128]))
    const nothing = await get(async () => ({ statusCode: 204 }))
    expect([nothing.status, await nothing.text()]).toEqual([204, ''])
  })

  it.each<[what: string, handler: LambdaHandler, logged: RegExp]>([
    ['throws', () => Promise.reject(new Error('the table is gone')), /the table is gone/],
    ['returns nothing', async () => {}, /expected object/],
    ['returns no status', async () => ({ body: '{}' }), /statusCode/],
    ['returns a body that is no text', async () => ({ statusCode: 200, body: { id: 7 } }), /body/],
    [
      'returns a header that HTTP forbids',
      async () => ({ statusCode: 200, headers: { a: 'b\nc' } }),
      /ERR_INVALID_CHAR|Invalid character/,
    ],
    [
      'returns more than 6 MB',
      async () => ({ statusCode: 200, body: 'x'.repeat(6_291_456) }),
      /more than 6291456 bytes/,
    ],
  ])('is 502 when it %s, and the client learns nothing', async (_what, handler, logged) => {
    const response = await get(handler)
    expect(response.status).toBe(502)
    expect(await response.text()).toBe('{"message":"Internal server error"}')
    expect(String(faults)).toMatch(logged)
  })

  it('is 504 when the function takes 29 seconds', async () => {
    const called = Promise.withResolvers<number>()
    const never: LambdaHandler = (_event, context) => {
      called.resolve(context.getRemainingTimeInMillis())
      return new Promise(() => {})
    }
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const responding = get(never)
    expect(await called.promise).toBeGreaterThan(28_000)
    vi.advanceTimersByTime(29_000)
    const response = await responding
    expect(response.status).toBe(504)
    expect(await response.text()).toBe('{"message":"Endpoint request timed out"}')
    expect(String(faults)).toContain('timed out after 29 seconds')
  })
})

describe('a large request', () => {
  async function put(bytes: number): Promise<Response> {
    const count: LambdaHandler = async (event: APIGatewayProxyEvent) => ({
      statusCode: 200,
      body: String(event.body?.length),
    })
    const endpoint = await serve({ method: 'PUT', path: '/', handler: count })
    return fetch(endpoint, { method: 'PUT', headers: { 'content-type': 'text/plain' }, body: 'x'.repeat(bytes) })
  }

  it('is 413 above 10 MB', async () => {
    const response = await put(10_485_761)
    expect(response.status).toBe(413)
    expect(await response.text()).toBe('HTTP content length exceeded 10485760 bytes.')
  })

  it('is 413 above the 6 MB that a function takes', async () => {
    const response = await put(6_291_456)
    expect(response.status).toBe(413)
    expect(await response.text()).toBe('{"message":"Request Too Long"}')
  })

  it('reaches the function below', async () => {
    expect(await (await put(6_000_000)).text()).toBe('6000000')
  })
})

describe('an authorizer', () => {
  const authorization = { authorization: 'Bearer abc' }

  function policy(Effect: string, Resource: string | readonly string[], Action = 'execute-api:Invoke') {
    return { policyDocument: { Version: '2012-10-17', Statement: [{ Effect, Action, Resource }] } }
  }

  function answering(answer: unknown): Authorizer {
    return { type: 'REQUEST', handler: async () => answer }
  }

  async function ask(authorizer: Authorizer, headers: Record<string, string> = authorization): Promise<Response> {
    const endpoint = await serve({ method: 'GET', path: '/facilities/{code}', handler: tell, authorizer })
    return fetch(`${endpoint}/facilities/01234?a=1`, { headers })
  }

  it('tells the function who calls, all as text', async () => {
    const context = { facility: '01234', level: 3, active: true }
    const response = await ask(answering({ principalId: 'desk-7', ...policy('Allow', '*'), context }))
    expect((await told(response)).requestContext.authorizer).toEqual({
      principalId: 'desk-7',
      facility: '01234',
      level: '3',
      active: 'true',
      integrationLatency: 0,
    })
  })

  it('of type REQUEST is told of the request', async () => {
    let seen: APIGatewayRequestAuthorizerEvent | undefined
    const handler = async (event: APIGatewayRequestAuthorizerEvent) => {
      seen = event
      return { principalId: 'desk-7', ...policy('Allow', event.methodArn) }
    }
    const response = await ask({ type: 'REQUEST', handler })
    expect(response.status).toBe(200)
    expect(seen).toEqual({
      type: 'REQUEST',
      methodArn: 'arn:aws:execute-api:ap-southeast-1:000000000000:local/local/GET/facilities/01234',
      resource: '/facilities/{code}',
      path: '/facilities/01234',
      httpMethod: 'GET',
      headers: expect.objectContaining(authorization),
      multiValueHeaders: expect.objectContaining({ authorization: ['Bearer abc'] }),
      queryStringParameters: { a: '1' },
      multiValueQueryStringParameters: { a: ['1'] },
      pathParameters: { code: '01234' },
      stageVariables: {},
      requestContext: expect.objectContaining({ resourcePath: '/facilities/{code}', stage: 'local' }),
    })
  })

  it('of type TOKEN is told the token', async () => {
    let seen: APIGatewayTokenAuthorizerEvent | undefined
    const handler = async (event: APIGatewayTokenAuthorizerEvent) => {
      seen = event
      return { principalId: 'desk-7', ...policy('Allow', event.methodArn) }
    }
    const response = await ask({ type: 'TOKEN', handler })
    expect(response.status).toBe(200)
    expect(seen).toEqual({
      type: 'TOKEN',
      methodArn: 'arn:aws:execute-api:ap-southeast-1:000000000000:local/local/GET/facilities/01234',
      authorizationToken: 'Bearer abc',
    })
  })

  it('is not asked without a token: 401', async () => {
    let asked = false
    const handler = async () => {
      asked = true
    }
    const response = await ask({ type: 'TOKEN', handler }, {})
    expect([response.status, await response.text()]).toEqual([401, '{"message":"Unauthorized"}'])
    expect(asked).toBe(false)
  })

  it('that throws Unauthorized means 401', async () => {
    const response = await ask({ type: 'TOKEN', handler: () => Promise.reject(new Error('Unauthorized')) })
    expect([response.status, await response.text()]).toEqual([401, '{"message":"Unauthorized"}'])
  })

  it.each([
    ['on all', policy('Allow', '*'), 200],
    [
      'on the method and a pattern of paths',
      policy('Allow', 'arn:aws:execute-api:*:*:*/local/GET/facilities/?1234'),
      200,
    ],
    ['on one of several', policy('Allow', ['arn:none', 'arn:*/GET/facilities/*']), 200],
    ['of every action', policy('Allow', '*', 'execute-api:*'), 200],
    ['on another method', policy('Allow', 'arn:*/POST/facilities/*'), 403],
    ['on part of the path', policy('Allow', 'arn:*/GET/facilities'), 403],
    ['of another action', policy('Allow', '*', 'execute-api:ManageConnections'), 403],
  ])('that allows %s', async (_what, answer, status) => {
    const response = await ask(answering({ principalId: 'desk-7', ...answer }))
    expect(response.status).toBe(status)
    if (status === 403)
      expect(await response.json()).toEqual({
        Message:
          'User is not authorized to access this resource because no identity-based policy allows the execute-api:Invoke action',
      })
  })

  it('that denies is heard before it allows: 403', async () => {
    const statements = [policy('Allow', '*'), policy('Deny', '*/facilities/*')].flatMap(
      one => one.policyDocument.Statement,
    )
    const response = await ask(answering({ principalId: 'desk-7', policyDocument: { Statement: statements } }))
    expect(response.status).toBe(403)
    expect(await response.json()).toEqual({
      Message: 'User is not authorized to access this resource with an explicit deny in an identity-based policy',
    })
  })

  it.each<[what: string, handler: LambdaHandler, logged: RegExp]>([
    ['throws anything else', () => Promise.reject(new Error('no keys')), /no keys/],
    ['names nobody', async () => policy('Allow', '*'), /principalId/],
    ['has no policy', async () => ({ principalId: 'desk-7' }), /policyDocument/],
    [
      'sets a condition',
      async () => ({
        principalId: 'a',
        policyDocument: { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*', Condition: {} }] },
      }),
      /Condition/,
    ],
    [
      'tells of more than text',
      async () => ({ principalId: 'a', ...policy('Allow', '*'), context: { roles: ['desk'] } }),
      /roles/,
    ],
  ])('that %s means 500', async (_what, handler, logged) => {
    const response = await ask({ type: 'REQUEST', handler })
    expect([response.status, await response.text()]).toEqual([500, '{"message":null}'])
    expect(String(faults)).toMatch(logged)
  })
})

it('listens on the loopback address alone, and on the port that it is given', async () => {
  const first = await startRestApi({ routes: [] })
  expect(first.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  await first.close()
  const port = Number(new URL(first.endpoint).port)
  const second = await startRestApi({ routes: [], port })
  open.push(second)
  expect(second.endpoint).toBe(first.endpoint)
  await expect(fetch(`http://127.0.0.2:${port}/`)).rejects.toThrow('fetch failed')
})
