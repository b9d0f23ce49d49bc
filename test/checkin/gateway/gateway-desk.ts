import type { APIGatewayProxyResult } from 'aws-lambda'
import { allowances } from '../../../lambdas/checkin/allowance/allowance-steps.ts'
import { counterStore } from '../../../lambdas/checkin/allowance/counter-store.ts'
import { cardHolderStore } from '../../../lambdas/checkin/card-holder-store.ts'
import { type Username, usernameOf } from '../../../lambdas/checkin/gateway/gateway-account.ts'
import { gatewayAccountStore } from '../../../lambdas/checkin/gateway/gateway-account-store.ts'
import { gatewayLookupApi } from '../../../lambdas/checkin/gateway/gateway-lookup-api.ts'
import { millisecondsUntilLocked } from '../../../lambdas/checkin/gateway/gateway-session.ts'
import { gatewayTokenApi } from '../../../lambdas/checkin/gateway/gateway-token-api.ts'
import { officerOf } from '../../../lambdas/checkin/gateway/officers.ts'
import { newSecret, passwordMd5, type ScryptCost } from '../../../lambdas/checkin/gateway/secret.ts'
import { sessionKey as derivedSessionKey } from '../../../lambdas/checkin/gateway/session-key-client.ts'
import { lookupStore } from '../../../lambdas/checkin/lookups/lookup-store.ts'
import { ledgerTable } from '../../../lambdas/handover/ledger-table.ts'
import type { FacilityCode } from '../../../lambdas/registry/facility-code.ts'
import type { HeldPerson } from '../../../lambdas/registry/items.ts'
import type { NationalId } from '../../../lambdas/registry/national-id.ts'
import { loadedFor } from '../../../lambdas/shared/loaded-for.ts'
import { loadedOnce } from '../../../lambdas/shared/loaded-once.ts'
import { invokeLambda } from '../../../local/stack/lambda.ts'
import { makeTable } from '../../../local/stack/make-resources.ts'
import { now, startDesk } from '../desk.ts'

export const facility = '01007' as FacilityCode
export const username: Username = usernameOf(facility)
/** Made up for the tests, as everything here. */
export const password = passwordMd5('quầy tiếp đón')
export const clerk = { hoTenCb: 'Nguyễn Thị Quầy', cccdCb: '001180000009' }

/** The thousandth of the usual cost: tests take many sessions. */
export const cheap: ScryptCost = { N: 2 ** 5, r: 8, p: 1 }

export interface Sent {
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | null
  readonly isBase64Encoded?: boolean
  readonly sourceIp?: string
}

/** The gateway of facility 01007 with one officer on its list, on embedded services with a tap on each. */
export async function startGateway(...people: readonly HeldPerson[]) {
  const desk = await startDesk(...people)
  const { db, kms, hashKey } = desk
  await makeTable(db, 'ledger', ledgerTable)
  const accounts = gatewayAccountStore(db, 'ledger')
  await accounts.put({ username, facility, secret: await newSecret(password, Buffer.alloc(16, 7), cheap) })
  await accounts.putOfficers(username, [officerOf(await hashKey(), clerk.cccdCb as NationalId, clerk.hoTenCb)])
  const time = { now }
  const clock = () => time.now
  const sessionKey = loadedOnce(() => derivedSessionKey(kms.client, 'alias/number-hash'))
  let checks = 0
  const lookupHandler = gatewayLookupApi({
    holders: cardHolderStore(db, 'registry'),
    lookups: lookupStore(db, 'lookups'),
    allowances: allowances({ counters: counterStore(db, 'counters'), clock }),
    hashKey,
    sessionKey,
    locks: loadedFor(millisecondsUntilLocked, () => accounts.locks(), clock),
    clock,
    newId: () => String(++checks).padStart(16, '0'),
  })
  const tokenHandler = gatewayTokenApi({ accounts, sessionKey, clock })

  async function call(path: string, sent: Sent, timeoutMs = 29_000): Promise<APIGatewayProxyResult> {
    const handler = path === '/api/token/take' ? tokenHandler : lookupHandler
    return (await invokeLambda(handler, path, event(path, sent), timeoutMs)) as object as APIGatewayProxyResult
  }
  async function take(sent: Sent = form({ username, password })) {
    return JSON.parse((await call('/api/token/take', sent)).body)
  }
  /** What goes into the query of a lookup. */
  async function session(): Promise<Readonly<Record<string, string>>> {
    const { APIKey } = await take()
    return { token: APIKey.access_token, id_token: APIKey.id_token, username, password }
  }
  /** The 2024 call with a session of its own, as JSON. */
  async function ask(content: object, path = '/api/egw/KQNhanLichSuKCB2024') {
    const { statusCode, body } = await call(path, { query: await session(), ...json({ ...clerk, ...content }) })
    return { statusCode, ...JSON.parse(body) }
  }
  desk.database.requests.length = 0
  return { ...desk, accounts, time, call, take, session, ask }
}

export function json(content: object): Sent {
  return { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(content) }
}

export function form(content: Readonly<Record<string, string>>): Sent {
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
  return { headers, body: new URLSearchParams(content).toString() }
}

/** A request as API Gateway hands it over. */
function event(
  path: string,
  { query, headers = {}, body = null, isBase64Encoded = false, sourceIp = '192.0.2.1' }: Sent,
) {
  return {
    httpMethod: 'POST',
    path,
    pathParameters: { call: path.split('/').at(-1) },
    headers,
    queryStringParameters: query ?? null,
    body,
    isBase64Encoded,
    requestContext: { identity: { sourceIp } },
  }
}
