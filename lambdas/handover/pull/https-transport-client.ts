import { AccessRefused, type AccessTokens } from '../../access/access-token-client.ts'
import { mostLinks } from '../recipients/links-request.ts'
import { mostAcknowledgements } from '../recipients/receipts-request.ts'
import { bytesOf, heardWithin, longestSilence } from './byte-stream-client.ts'
import { type PullTransport, reasonOf, TransportFault, type WaitingNotice } from './pull-transport.ts'

export interface HttpsTransportOptions {
  /** The address of the API. */
  readonly api: string
  readonly recipient: string
  readonly tokens: AccessTokens
  readonly clock: () => Date
}

/** Milliseconds before its end from which a link is no longer used. */
const spare = 60_000

/** For a recipient with a client of its own and no account anywhere: our API, and the links that it gives. */
export function httpsTransport(
  { api, recipient, tokens, clock }: HttpsTransportOptions,
  silence: number = longestSilence,
): PullTransport {
  const call = async (method: 'GET' | 'POST', route: string, content?: object): Promise<unknown> => {
    for (let renewed = false; ; renewed = true) {
      const authorization = `Bearer ${await tokens.get().catch(unlessRefused(api))}`
      const request = {
        method,
        headers: { authorization, ...(content && { 'content-type': 'application/json' }) },
        ...(content && { body: JSON.stringify(content) }),
      }
      const { response, stop } = await reach(`${api}/recipients/${recipient}/${route}`, request, silence)
      if (response.ok) return await heardWithin(silence, stop, response.json())
      if (response.status !== 401 || renewed) throw await refusal(route, response)
      tokens.forget()
    }
  }
  return {
    async latest() {
      const latest = await call('GET', 'latest').catch(ifNone)
      return latest === undefined ? undefined : Buffer.from(JSON.stringify(latest))
    },
    async notices() {
      const { notices } = (await call('GET', 'notices')) as { readonly notices: readonly NoticeAnswer[] }
      return notices.map(({ event, acknowledgement }) => ({ notice: event, acknowledgement }))
    },
    open(handover, paths) {
      const links = linksInBatches(paths, clock, batch => call('POST', 'links', { ...handover, paths: batch }))
      return {
        async read(path, span, etag) {
          const headers = {
            ...(span && { range: `bytes=${span.first}-${span.last}` }),
            ...(etag && { 'if-match': etag }),
          }
          for (let renewed = false; ; renewed = true) {
            const { response, stop } = await reach(await links.to(path), { headers }, silence)
            if (response.status === (span ? 206 : 200)) {
              const bytes = bytesOf(response.body as AsyncIterable<Uint8Array>, stop, silence)
              return { bytes, etag: response.headers.get('etag') ?? '' }
            }
            stop()
            // A link that has run out is refused as one that never was good
            if (response.status !== 403 || renewed)
              throw new TransportFault(reasonOf(response.status), `${path}: the line answered ${response.status}`)
            links.forget(path)
          }
        },
      }
    },
    async answer(receipt, acknowledgements) {
      for (let at = 0; at === 0 || at < acknowledgements.length; at += mostAcknowledgements) {
        const few = acknowledgements.slice(at, at + mostAcknowledgements)
        await call('POST', 'receipts', { receipt, acknowledgements: few })
      }
    },
  }
}

interface NoticeAnswer {
  readonly event: WaitingNotice['notice']
  readonly acknowledgement: string
}

interface LinksAnswer {
  readonly expiresAt: string
  readonly links: readonly { readonly path: string; readonly url: string }[]
}

/** Links to files, asked for as they are needed, with those of the files that follow, and anew before they run out. */
function linksInBatches(
  paths: readonly string[],
  clock: () => Date,
  mint: (paths: readonly string[]) => Promise<unknown>,
) {
  const held = new Map<string, { readonly url: string; readonly until: number }>()
  const holds = (path: string) => clock().getTime() < (held.get(path)?.until ?? 0) - spare
  const fetchFrom = async (path: string) => {
    if (holds(path)) return
    const following = paths.slice(paths.indexOf(path) + 1).filter(other => !holds(other))
    const { expiresAt, links } = (await mint([path, ...following].slice(0, mostLinks))) as LinksAnswer
    for (const link of links) held.set(link.path, { url: link.url, until: Date.parse(expiresAt) })
  }
  let last: Promise<void> = Promise.resolve()
  return {
    async to(path: string): Promise<string> {
      // One after the other: whoever waits finds its link among those that the one before has fetched
      const fetched = last.then(() => fetchFrom(path))
      last = fetched.catch(() => {})
      await fetched
      return (held.get(path) as { readonly url: string }).url
    },
    forget(path: string) {
      held.delete(path)
    },
  }
}

async function reach(url: string, request: RequestInit, silence: number) {
  const controller = new AbortController()
  const stop = () => controller.abort()
  const response = await heardWithin(silence, stop, fetch(url, { ...request, signal: controller.signal }))
  return { response, stop }
}

async function refusal(route: string, response: Response): Promise<TransportFault> {
  const { title, type, errors = [] } = (await response.json().catch(() => ({}))) as ProblemAnswer
  const said = [title ?? type ?? 'no reason', ...errors.map(({ field, en }) => `${field}: ${en}`)].join('; ')
  return new TransportFault(reasonOf(response.status), `${route}: ${response.status}, ${said}`)
}

interface ProblemAnswer {
  readonly type?: string
  readonly title?: string
  readonly errors?: readonly { readonly field: string; readonly en: string }[]
}

function unlessRefused(api: string) {
  return (error: unknown): never => {
    if (error instanceof AccessRefused) throw error
    throw new TransportFault('passing', `no access token could be had at ${api}: ${reasonGiven(error)}`, {
      cause: error,
    })
  }
}

/** `fetch` says only that it failed, and has the reason in its cause: where several addresses failed, without a message. */
function reasonGiven(error: unknown): string {
  const { cause, message } = error as Error
  const { code, message: within } = (cause ?? {}) as NodeJS.ErrnoException
  return within || code || message
}

function ifNone(error: unknown): undefined {
  if (error instanceof TransportFault && error.reason === 'not-there') return undefined
  throw error
}
