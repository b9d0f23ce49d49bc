import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

export type Input = Record<string, unknown>

/** What happens to a request on its way to the service: `pass` gives the service's answer. */
export type OnTheWay = (operation: string, input: Input, pass: (input: Input) => Promise<Input>) => Promise<Input>

/** An answer of the service that is an error. */
export class ServiceError extends Error {
  readonly status: number

  constructor(name: string, status: number) {
    super('as the test wants it')
    this.name = name
    this.status = status
  }
}

/** Stands on the wire before a DynamoDB, which must not verify signatures. */
export async function startWire(service: string, onTheWay: OnTheWay): Promise<string> {
  const server = createServer(async (request, response) => {
    const operation = String(request.headers['x-amz-target']).replace(/^.*\./, '')
    const input = JSON.parse(String(await buffer(request))) as Input
    const headers = Object.fromEntries(
      ['x-amz-target', 'content-type', 'authorization', 'x-amz-date'].map(name => [
        name,
        String(request.headers[name]),
      ]),
    )
    const pass = async (body: Input) => {
      const answer = await fetch(service, { method: 'POST', headers, body: JSON.stringify(body) })
      const output = (await answer.json()) as Input
      if (!answer.ok) throw new ServiceError(String(output.__type), answer.status)
      return output
    }
    const { status, output } = await onTheWay(operation, input, pass).then(
      output => ({ status: 200, output }),
      (error: unknown) => {
        if (!(error instanceof ServiceError)) throw error
        return { status: error.status, output: { __type: error.name, message: error.message } }
      },
    )
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(output))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
