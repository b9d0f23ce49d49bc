import { once } from 'node:events'
import type { IncomingMessage, Server } from 'node:http'
import { buffer } from 'node:stream/consumers'
import type { z } from 'zod'

export interface LocalService {
  readonly endpoint: string
  close(): Promise<void>
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | number>>
  readonly body: string
}

/** A refusal under the name by which the service's own SDK makes an exception of it. */
export class Refusal extends Error {
  constructor(name: string, message: string) {
    super(message)
    this.name = name
  }
}

/** Answers requests with their whole body read, so a client that goes away half-way never reaches the service. */
export function onRequest(server: Server, answer: (request: IncomingMessage, body: Buffer) => Promise<Answer>): void {
  server.on('request', async (request, response) => {
    try {
      const { status, headers, body } = await answer(request, await buffer(request))
      response.writeHead(status, headers).end(body)
    } catch {
      // The client has gone away.
      response.destroy()
    }
  })
}

/** `GetItem` of `x-amz-target: DynamoDB_20120810.GetItem`. */
export function operationOf(request: IncomingMessage): string {
  return String(request.headers['x-amz-target']).replace(/^.*\./, '')
}

/** The answer of AWS's JSON protocol to what `work` makes of the body, or throws at it. */
export async function jsonAnswer(
  version: '1.0' | '1.1',
  body: Buffer,
  work: (input: unknown) => object | Promise<object>,
): Promise<Answer> {
  const headers = { 'content-type': `application/x-amz-json-${version}` }
  try {
    return { status: 200, headers, body: JSON.stringify(await work(parse(body))) }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const refused = error instanceof Refusal
    const fault = { __type: refused ? error.name : 'InternalServerError', message: error.message }
    return { status: refused ? 400 : 500, headers, body: JSON.stringify(fault) }
  }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(String(body))
  } catch {
    throw new Refusal('SerializationException', 'the body is not JSON')
  }
}

/** What the schema makes of the input; a refusal names each field at fault and what came. */
export function readInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.infer<Schema> {
  const { data, error } = schema.safeParse(input, { reportInput: true })
  if (!error) return data
  const faults = error.issues.map(
    issue => `${issue.path.join('.') || 'request'}: ${issue.message}, got ${JSON.stringify(issue.input)}`,
  )
  throw new Refusal('ValidationException', faults.join('; '))
}

export async function listenOnLoopback(server: Server, port: number): Promise<string> {
  // Zero keeps idle connections, so that no client sends into one that is just being closed.
  server.keepAliveTimeout = 0
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error(`listening on ${address}, not on a port`)
  return `http://127.0.0.1:${address.port}`
}

export async function closeServer(server: Server): Promise<void> {
  await new Promise<void>((resolve, reject) => server.close(error => (error ? reject(error) : resolve())))
}
