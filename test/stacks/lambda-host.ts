import { subscribe } from 'node:diagnostics_channel'
import type { ClientRequest } from 'node:http'
import { pathToFileURL } from 'node:url'
import { awsCall } from './aws-call.ts'

/** What the host sends once its bundle is loaded, with the milliseconds that took, and then for each event. */
export interface FromHost {
  readonly value?: unknown
  readonly error?: { readonly name: string; readonly message: string }
  /** The AWS actions asked for so far. */
  readonly calls: readonly string[]
}

interface Invocation {
  readonly event: unknown
  readonly context: object
}

/** Runs the bundle that its argument names in a process of its own, as Lambda does: loads it, then answers one event after the other. */
const calls = new Set<string>()
subscribe('http.client.request.start', message => {
  const { request } = message as { request: ClientRequest }
  calls.add(awsCall(request.method, request.path, String(request.getHeader('x-amz-target'))))
})

const started = performance.now()
const bundle = pathToFileURL(process.argv[2] as string).href
const { handler } = (await import(bundle)) as { handler(event: unknown, context: object): Promise<unknown> }
send({ value: performance.now() - started })

process.on('message', async ({ event, context }: Invocation) => {
  try {
    send({ value: await handler(event, { ...context, getRemainingTimeInMillis: () => 60_000 }) })
  } catch (error) {
    const { name, message } = error as Error
    send({ error: { name, message } })
  }
})

function send(said: Omit<FromHost, 'calls'>) {
  process.send?.({ ...said, calls: [...calls] } satisfies FromHost)
}
