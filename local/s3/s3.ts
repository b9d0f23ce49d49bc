import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { S3Error } from './error.ts'
import { findOperation } from './operations.ts'
import { type Answer, readRequest } from './request.ts'
import { type Credentials, signatureVerifier, type VerifySignature } from './signature.ts'
import { type ObjectCreated, openStore, type Store } from './store.ts'
import { writeXmlError } from './xml.ts'

export interface S3Options {
  /** Made if it is not there. One server at a time may have it. */
  readonly dir: string
  readonly port?: number // 0: any that is free
  readonly clock?: () => Date // the machine's
  readonly credentials?: Credentials // local, local
  /** Called once the object would survive a restart, before its writer has the answer. */
  readonly onObjectCreated?: (created: ObjectCreated) => void
}

const localCredentials: Credentials = { accessKeyId: 'local', secretAccessKey: 'local' }

/** S3 over a folder, on this machine only, for clients with `forcePathStyle`. */
export async function startS3(options: S3Options): Promise<{ readonly endpoint: string; close(): Promise<void> }> {
  const { dir, port = 0, clock = () => new Date(), credentials = localCredentials, onObjectCreated } = options
  const store = openStore(dir, clock, onObjectCreated)
  const verify = signatureVerifier(credentials)
  // Zero keeps idle connections: a client must not meet one that is just being closed
  const server = createServer({ keepAliveTimeout: 0 }, (message, response) => {
    void serve(message, response, store, verify)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve)
  })
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function serve(
  message: IncomingMessage,
  response: ServerResponse,
  store: Store,
  verify: VerifySignature,
): Promise<void> {
  response.setHeader('x-amz-request-id', randomUUID())
  try {
    const request = readRequest(message)
    verify(request, store.clock())
    await send(response, await findOperation(request).answer(request, store))
  } catch (error) {
    if (message.socket.destroyed || response.headersSent) {
      response.destroy()
      return
    }
    // The client may still be sending; it reads the answer when it has done so
    message.resume()
    await send(response, errorAnswer(error))
  }
}

async function send(response: ServerResponse, { status = 200, headers = {}, body = '' }: Answer): Promise<void> {
  response.statusCode = status
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) response.setHeader(name, value)
  if (typeof body !== 'string') return pipeline(body, response)
  if (body !== '') response.setHeader('content-type', 'application/xml')
  response.end(body)
}

function errorAnswer(error: unknown): Answer {
  if (!(error instanceof S3Error)) console.error(error)
  const { code, message, status, headers } =
    error instanceof S3Error
      ? error
      : new S3Error('InternalError', 'We encountered an internal error. Please try again.')
  return { status, headers, body: writeXmlError({ Code: code, Message: message }) }
}
