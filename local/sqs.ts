import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { startFauxqs } from 'fauxqs'
import type { LocalService } from './aws-json.ts'

export interface SqsOptions {
  readonly dir: string
  readonly port?: number
}

/** SQS on fauxqs. Clients need `useQueueUrlAsEndpoint: false`: the host in a queue's URL need not resolve. */
export async function startSqs({ dir, port = 0 }: SqsOptions): Promise<LocalService> {
  const fauxqs = await onLoopback(() => startFauxqs({ port, dataDir: dir, logger: false }))
  return { endpoint: `http://127.0.0.1:${fauxqs.port}`, close: () => fauxqs.stop() }
}

/** fauxqs makes its Fastify server before it first waits, and would have it listen on all interfaces. */
function onLoopback<Started>(start: () => Started): Started {
  subscribe('fastify.initialization', listenOnLoopback)
  try {
    return start()
  } finally {
    unsubscribe('fastify.initialization', listenOnLoopback)
  }
}

function listenOnLoopback(message: unknown): void {
  const { fastify } = message as { readonly fastify: { listen(options: object): Promise<string> } }
  const listen = fastify.listen.bind(fastify)
  fastify.listen = options => listen({ ...options, host: '127.0.0.1' })
}
