import { once } from 'node:events'
import { createServer, request as forward } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

export interface Tap {
  readonly endpoint: string
  /** The operation and body of every request that has come through. */
  readonly requests: { readonly operation: string; readonly input: Record<string, unknown> }[]
  /** Operations that are answered with an error of the service instead. */
  readonly failing: Set<string>
  /** Operations that are never answered. */
  readonly silent: Set<string>
}

/** Stands on the wire before an AWS service of the JSON protocol. */
export async function startTap(service: string): Promise<Tap> {
  const requests: Tap['requests'] = []
  const failing: Tap['failing'] = new Set()
  const silent: Tap['silent'] = new Set()
  const server = createServer(async (request, response) => {
    const body = await buffer(request)
    const operation = String(request.headers['x-amz-target']).replace(/^.*\./, '')
    requests.push({ operation, input: JSON.parse(body.toString()) })
    if (silent.has(operation)) return
    if (failing.has(operation)) {
      response.writeHead(500).end(JSON.stringify({ __type: 'InternalServerError', message: 'broken' }))
      return
    }
    const { method, headers } = request
    const forwarded = forward(service, { method, headers, agent: false }, answer => {
      answer.pipe(response.writeHead(answer.statusCode ?? 502, answer.headers))
    })
    forwarded.on('error', () => response.destroy()).end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  })
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, failing, silent }
}
