import type { Signer } from '../handover/signature.ts'
import { signAssertion } from './client-assertion.ts'

/** The access tokens of one client. */
export interface AccessTokens {
  /** One that still holds for a while. @throws AccessRefused */
  get(): Promise<string>
  /** Somebody refused the one that `get` gave. */
  forget(): void
}

export interface TokenClientOptions {
  /** The address of the API, to which alone the client proves itself. */
  readonly api: string
  readonly client: string
  readonly signer: Signer
  readonly clock: () => Date
  /** At random, never the same again. */
  readonly newId: () => string
}

/** The token Lambda knows no such client, or does not believe that this is it. */
export class AccessRefused extends Error {
  override readonly name = 'AccessRefused'
  readonly code = 'access-refused'
}

/** Milliseconds before its end from which a token is no longer used. */
const spare = 60_000

/** Milliseconds. */
const longestWait = 30_000

/** Asks `POST /token` whenever the last token comes to its end. */
export function accessTokens({ api, client, signer, clock, newId }: TokenClientOptions): AccessTokens {
  let held: { readonly token: string; readonly until: number } | undefined
  return {
    async get() {
      if (held && clock().getTime() < held.until - spare) return held.token
      const now = clock()
      const body = new URLSearchParams({
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await signAssertion(signer, client, api, newId(), now),
      })
      const response = await fetch(`${api}/token`, { method: 'POST', body, signal: AbortSignal.timeout(longestWait) })
      const answer = (await response.json()) as TokenAnswer
      if (!response.ok) throw refused(client, response.status, answer)
      held = { token: answer.access_token, until: now.getTime() + answer.expires_in * 1000 }
      return held.token
    },
    forget() {
      held = undefined
    },
  }
}

interface TokenAnswer {
  readonly access_token: string
  /** Seconds. */
  readonly expires_in: number
  readonly error?: string
  readonly error_description?: string
}

function refused(client: string, status: number, { error, error_description: description }: TokenAnswer): Error {
  return error === undefined
    ? new Error(`the token route answered ${status}`)
    : new AccessRefused(`no access for ${client}: ${error}, ${description}`)
}
