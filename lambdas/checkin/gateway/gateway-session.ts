import { timingSafeEqual } from 'node:crypto'
import * as z from 'zod'
import { type FacilityCode, isFacilityCode } from '../../registry/facility-code.ts'
import { mac } from '../../shared/mac.ts'
import type { AccountLocks, Username } from './gateway-account.ts'
import type { OfficerPrints } from './officers.ts'
import type { PasswordMd5 } from './secret.ts'

/** What hospital software is given for its username and password; both hold letters, digits, `.`, `-` and `_` alone. */
export interface SessionTokens {
  /** Who comes, until when, and a keyed digest of the password. */
  readonly accessToken: string
  /** The officers who may ask; of use only with the access token of the same session. */
  readonly idToken: string
  readonly username: Username
  /** When to take a new one. */
  readonly renewAt: Date
}

/** What comes with each call. */
export interface Credentials {
  readonly accessToken: string
  readonly idToken: string
  readonly username: Username
  readonly password: PasswordMd5
}

export interface Session {
  readonly username: Username
  readonly facility: FacilityCode
  readonly officers: OfficerPrints
}

/** A session that was taken, and holds but for its account's being locked. */
export interface TakenSession extends Session {
  /** Whole seconds. */
  readonly begun: Date
}

/** Seconds until hospital software should take a new session, by which its officers are up to date. */
export const sessionLife = 3600

/** Seconds for which a session is honoured all the same: there is software that keeps one for 20 hours, whatever it is told. */
export const longestSession = 21 * 3600

/** How long a session may go on after its account was locked: each function reads so often who is locked. */
export const millisecondsUntilLocked = 5 * 60_000

/** A session of whoever knows the account's password. */
export function newSession(
  key: Uint8Array,
  { username, facility, officers }: Session,
  password: PasswordMd5,
  now: Date,
): SessionTokens {
  const until = Math.floor(now.getTime() / 1000) + longestSession
  const content = { username, facility, until, password: passwordDigest(key, username, password) }
  const access = Buffer.from(JSON.stringify(content)).toString('base64url')
  const prints = officers.toString('base64url')
  return {
    accessToken: `${access}.${accessMac(key, access)}`,
    idToken: `${prints}.${idMac(key, access, prints)}`,
    username,
    renewAt: new Date(now.getTime() + sessionLife * 1000),
  }
}

/** Undefined when a token is not ours, is of another session or account, or has ended, or the password is not the one it was taken with. */
export function sessionOf(key: Uint8Array, credentials: Credentials, now: Date): TakenSession | undefined {
  const { accessToken, idToken, username, password } = credentials
  const [access = '', accessSignature = ''] = accessToken.split('.', 2)
  const [prints = '', idSignature = ''] = idToken.split('.', 2)
  if (!isSame(accessSignature, accessMac(key, access)) || !isSame(idSignature, idMac(key, access, prints)))
    return undefined
  const said = accessContent.parse(JSON.parse(Buffer.from(access, 'base64url').toString()))
  if (said.username !== username || now.getTime() >= said.until * 1000) return undefined
  if (!isSame(said.password, passwordDigest(key, username, password))) return undefined
  const begun = new Date((said.until - longestSession) * 1000)
  return { username, facility: said.facility, officers: Buffer.from(prints, 'base64url'), begun }
}

/** For good, by the account's being locked at any time since it was taken: whoever took it may have known a password that he should not. */
export function isEnded({ username, begun }: TakenSession, { locked, lastLocked }: AccountLocks): boolean {
  const last = lastLocked.get(username)
  return locked.has(username) || (last !== undefined && begun <= last)
}

const accessContent = z.object({
  username: z.string(),
  facility: z.custom<FacilityCode>(isFacilityCode),
  /** Seconds since 1970. */
  until: z.int(),
  password: z.string(),
})

/** Without the key nobody can try passwords on it. */
function passwordDigest(key: Uint8Array, username: Username, password: PasswordMd5): string {
  return mac(key, `password ${username} ${password}`)
}

function accessMac(key: Uint8Array, access: string): string {
  return mac(key, `access ${access}`)
}

function idMac(key: Uint8Array, access: string, prints: string): string {
  return mac(key, `id ${access} ${prints}`)
}

function isSame(presented: string, ours: string): boolean {
  const [a, b] = [Buffer.from(presented), Buffer.from(ours)]
  return a.length === b.length && timingSafeEqual(a, b)
}
