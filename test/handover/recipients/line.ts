import { once } from 'node:events'
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface Line {
  readonly endpoint: string
  /** What was asked for: `GET /handover/moh/...`, with the span. */
  readonly requests: string[]
  /** Bytes of data files that have gone over the line, by path. */
  readonly served: Map<string, number>
  /** The most requests for data files that were on their way together. */
  mostAtOnce: number
  /**
   * Looks at a request before it goes on: an answer in its place, or how many bytes of one go through before the line breaks or falls
   * silent, or how many milliseconds it waits before it goes on.
   */
  meddle: (request: IncomingMessage) => Meddling | undefined
  /** Hears of every piece of a data file that goes through. */
  onBytes: (bytes: number) => void
}

type Meddling =
  | { readonly status: number }
  | { readonly breaksAfter: number }
  | { readonly silentAfter: number }
  | { readonly waits: number }

/** A line before a service over HTTP, where requests are counted and can go wrong. `host` is what the service is told that it was called by. */
export async function startLine(service: string, host?: string): Promise<Line> {
  const line = {
    requests: [] as string[],
    served: new Map<string, number>(),
    mostAtOnce: 0,
    atOnce: 0,
    meddle: (() => undefined) as Line['meddle'],
    onBytes: (() => {}) as Line['onBytes'],
  }
  const server = createServer((request, response) => serve(service, host, line, request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  })
  return Object.assign(line, { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
}

function serve(
  service: string,
  host: string | undefined,
  line: Omit<Line, 'endpoint'> & { atOnce: number },
  request: IncomingMessage,
  response: ServerResponse,
) {
  const path = decodeURIComponent(new URL(request.url ?? '', service).pathname)
  line.requests.push(`${request.method} ${path} ${request.headers.range ?? ''}`.trim())
  const isDataFile = path.endsWith('.parquet') && request.method === 'GET'
  if (isDataFile) {
    line.mostAtOnce = Math.max(line.mostAtOnce, ++line.atOnce)
    response.on('close', () => line.atOnce--)
  }
  const meddled = line.meddle(request)
  if (meddled && 'status' in meddled) {
    request.resume()
    response.writeHead(meddled.status).end()
    return
  }
  const breaks = meddled !== undefined && 'breaksAfter' in meddled
  const silent = meddled !== undefined && 'silentAfter' in meddled
  const most = breaks ? meddled.breaksAfter : silent ? meddled.silentAfter : Number.POSITIVE_INFINITY
  const { method } = request
  const headers = { ...request.headers, ...(host && { host }) }
  const forwarded = forward(service + request.url, { method, headers, agent: false }, answer => {
    if (most === 0) {
      answer.destroy()
      if (breaks) response.socket?.destroySoon()
      return
    }
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    response.on('close', () => answer.destroy())
    let left = most
    answer.on('data', (chunk: Buffer) => {
      const through = chunk.subarray(0, left)
      left -= through.length
      if (isDataFile) {
        line.served.set(path, (line.served.get(path) ?? 0) + through.length)
        line.onBytes(through.length)
      }
      if (through.length > 0) response.write(through)
      if (left > 0) return
      answer.destroy()
      if (breaks) response.socket?.destroySoon()
    })
    answer.on('end', () => response.end())
  })
  forwarded.on('error', () => response.destroy())
  const waits = meddled !== undefined && 'waits' in meddled ? meddled.waits : 0
  setTimeout(() => request.pipe(forwarded), waits)
}
