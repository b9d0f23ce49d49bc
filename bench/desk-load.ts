import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { tokensOf } from '../bin/tokens.ts'
import { usernameOf } from '../lambdas/checkin/gateway/gateway-account.ts'
import { gatewayAccountStore } from '../lambdas/checkin/gateway/gateway-account-store.ts'
import { officerOf } from '../lambdas/checkin/gateway/officers.ts'
import { newSecret, passwordMd5 } from '../lambdas/checkin/gateway/secret.ts'
import { dayInVietnam } from '../lambdas/registry/day.ts'
import type { FacilityCode } from '../lambdas/registry/facility-code.ts'
import type { NationalId } from '../lambdas/registry/national-id.ts'
import { numberHashKey } from '../lambdas/shared/number-hash-key-client.ts'
import { enrolClient } from '../local/client-key.ts'
import { runningStack } from '../local/connect.ts'
import { keys, tables } from '../local/stack/resources.ts'
import { type Clients, clientsAt } from '../local/stack/services.ts'
import { bareCheck, type LoadRow, load, seed } from './bare-operations.ts'
import { type Ask, asksOf, clerk, deskPeople, facilitiesOf, lookupFields } from './desk-asks.ts'
import { messageOf } from './process-figures.ts'

/** A facility may make 600 checks a minute, and asks in both dialects. */
const checksOfFacility = 250

/** How many checks go through the whole embedded stack, and is that more than its database allows? */
export async function deskLoad(people: number, checks: number): Promise<readonly LoadRow[]> {
  const dir = await mkdtemp(join(tmpdir(), 'bangiao-bench-'))
  const stack = spawn(process.execPath, ['bin/bangiao.ts', 'serve', '--state', dir], { stdio: 'ignore' })
  const ended = once(stack, 'close')
  try {
    const { api, endpoints } = await upStack(dir)
    const clients = clientsAt(endpoints)
    const held = deskPeople(people, dayInVietnam(new Date()))
    const facilities = facilitiesOf(held).slice(0, Math.ceil(checks / checksOfFacility))
    const asks = asksOf(held, facilities, checks)
    const hashKey = await numberHashKey(clients.kms, keys.numberHash)
    await seed(clients.db, held, hashKey)
    const tokens = await nativeTokens(api, dir, facilities)
    const sessions = await gatewaySessions(api, clients, hashKey, facilities)
    const ways = [
      ['bare operations, by the SDK of another process', ask => bareCheck(clients.db, hashKey, ask)],
      ['native, through the stack', ask => askNative(api, tokens.get(ask.facility) ?? '', ask)],
      ['gateway, through the stack', ask => askGateway(api, sessions.get(ask.facility) ?? {}, ask)],
    ] as const satisfies readonly (readonly [string, (ask: Ask) => Promise<void>])[]
    const rows = [await messageOf<LoadRow>('bench/bare-alone.ts', [people, checks])]
    for (const [way, ask] of ways) rows.push(await load(way, asks, ask))
    for (const client of Object.values(clients)) client.destroy()
    return rows
  } finally {
    stack.kill('SIGTERM')
    await ended
    await rm(dir, { recursive: true, force: true })
  }
}

async function upStack(dir: string) {
  for (let tries = 0; tries < 600; tries++) {
    const address = await runningStack(dir)
    if (address) return address
    await wait(100)
  }
  throw new Error('the stack did not come up within a minute')
}

async function nativeTokens(api: string, dir: string, facilities: readonly FacilityCode[]) {
  const tokens = new Map<FacilityCode, string>()
  for (const facility of facilities) {
    const key = await enrolClient(api, dir, { role: 'facility', facility })
    tokens.set(facility, await tokensOf(api, key).get())
  }
  return tokens
}

async function gatewaySessions(api: string, { db }: Clients, hashKey: Uint8Array, facilities: readonly FacilityCode[]) {
  const accounts = gatewayAccountStore(db, tables.ledger)
  const password = passwordMd5('quầy tiếp đón')
  const secret = await newSecret(password, Buffer.alloc(16, 7))
  const sessions = new Map<FacilityCode, Record<string, string>>()
  for (const facility of facilities) {
    const username = usernameOf(facility)
    await accounts.put({ username, facility, secret })
    await accounts.putOfficers(username, [officerOf(hashKey, clerk.cccdCb as NationalId, clerk.hoTenCb)])
    const body = new URLSearchParams({ username, password })
    const answer = await fetch(`${api}/api/token/take`, { method: 'POST', body })
    const { APIKey } = (await answer.json()) as { APIKey: { access_token: string; id_token: string } }
    sessions.set(facility, { token: APIKey.access_token, id_token: APIKey.id_token, username, password })
  }
  return sessions
}

async function askNative(api: string, token: string, { facility, ...content }: Ask) {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
  const url = `${api}/facilities/${facility}/card-checks`
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(content) })
  const { valid } = (await answer.json()) as { valid?: boolean }
  if (valid === undefined) throw new Error(`a card check was answered with ${answer.status}`)
}

async function askGateway(api: string, session: Record<string, string>, ask: Ask) {
  const url = `${api}/api/egw/KQNhanLichSuKCB2024?${new URLSearchParams(session)}`
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(lookupFields(ask)) })
  const { maKetQua, ghiChu } = (await answer.json()) as { maKetQua: string; ghiChu: string }
  if (['205', '401', '500'].includes(maKetQua)) throw new Error(`a look-up was answered with ${maKetQua}: ${ghiChu}`)
}
