import { type AccountLocks, parseUsername } from './gateway-account.ts'
import type { Parameters } from './gateway-request.ts'
import { isEnded, type Session, sessionOf } from './gateway-session.ts'
import { parsePasswordMd5 } from './secret.ts'

export interface SessionNeeds {
  readonly sessionKey: () => Promise<Uint8Array>
  /** A few minutes old at most. */
  readonly locks: () => Promise<AccountLocks>
  readonly clock: () => Date
}

/** Whoever's session it is, unless the account was locked since. */
export async function presentedSession(
  { sessionKey, locks, clock }: SessionNeeds,
  parameter: Parameters,
): Promise<Session | undefined> {
  const username = parseUsername(parameter('username'))?.username
  const password = parsePasswordMd5(parameter('password'))
  if (!username || !password) return undefined
  const credentials = { accessToken: parameter('token'), idToken: parameter('id_token'), username, password }
  const session = sessionOf(await sessionKey(), credentials, clock())
  return session && isEnded(session, await locks()) ? undefined : session
}
