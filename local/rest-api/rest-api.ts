import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { authorize } from './authorizer.ts'
import { proxyEvent, requestTarget } from './event.ts'
import { functionReply, gatewayReply, type Reply } from './reply.ts'
import { matchRoute, type Route } from './route.ts'

export interface RestApiOptions {
  /** Any that is free without it. */
  readonly port?: number
  /** Whoever asks before they are known waits. */
  readonly routes: readonly Route[] | Promise<readonly Route[]>
  readonly stage?: string
  /** Hears what a function's log would hold, of which the client is told nothing; without it stderr does. */
  readonly onFault?: (error: unknown) => void
}
export interface RestApi {
  /** Without the stage in its path, as under a custom domain name. */
  readonly endpoint: string
  readonly close: () => Promise<void>
}

/** Body of a request (API Gateway quotas). */
const mostBodyBytes = 10_485_760

/** API Gateway's REST API in front of these functions: its events, its routes, its answers to what goes wrong. */
export async function startRestApi({ port = 0, ...options }: RestApiOptions): Promise<RestApi> {
  const server = createServer((request, response) => {
    serve(request, response, options).catch(() => response.destroy())
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

async function serve(request: IncomingMessage, response: ServerResponse, options: RestApiOptions): Promise<void> {
  const { status, headers, body } = await replyTo(request, options)
  response.statusCode = status
  for (const [name, value] of headers) response.appendHeader(name, value)
  response.end(body)
}

async function replyTo(
  request: IncomingMessage,
  { routes, stage = 'local', onFault = console.error }: RestApiOptions,
): Promise<Reply> {
  const body = await readBody(request)
  if (!body) return { status: 413, headers: [], body: `HTTP content length exceeded ${mostBodyBytes} bytes.` }
  const match = matchRoute(await routes, request.method ?? '', requestTarget(request).path)
  if (!match) return gatewayReply(403, { message: 'Missing Authentication Token' })
  const { handler, authorizer } = match.route
  const event = proxyEvent(request, body, match, stage)
  const authorization = authorizer && (await authorize(authorizer, event, request.headers.authorization, onFault))
  if (authorization && 'status' in authorization) return gatewayReply(authorization.status, authorization.body)
  const requestContext = { ...event.requestContext, authorizer: authorization?.context }
  return functionReply(handler, { ...event, requestContext }, onFault)
}

/** Nothing when it is too large; it is read to its end all the same, so that the client hears the answer. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes <= mostBodyBytes) chunks.push(chunk)
  }
  return bytes <= mostBodyBytes ? Buffer.concat(chunks) : undefined
}
