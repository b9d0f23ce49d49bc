import { randomUUID } from 'node:crypto'
import { type AccessTokens, accessTokens } from '../lambdas/access/access-token-client.ts'
import type { ClientKey } from '../local/client-key.ts'

/** Access tokens of the platform at `api` for a client that is enrolled there. */
export function tokensOf(api: string, { client, signer }: ClientKey): AccessTokens {
  return accessTokens({ api, client, signer, clock: () => new Date(), newId: randomUUID })
}
