import { randomBytes } from 'node:crypto'
import type { APIGatewayProxyEvent, Context } from 'aws-lambda'
import { allowances } from '../lambdas/checkin/allowance/allowance-steps.ts'
import { counterStore } from '../lambdas/checkin/allowance/counter-store.ts'
import { cardHolderStore } from '../lambdas/checkin/card-holder-store.ts'
import { dialects } from '../lambdas/checkin/events.ts'
import { type AccountLocks, usernameOf } from '../lambdas/checkin/gateway/gateway-account.ts'
import { gatewayLookupApi } from '../lambdas/checkin/gateway/gateway-lookup-api.ts'
import { newSession } from '../lambdas/checkin/gateway/gateway-session.ts'
import { officerOf, officerPrints } from '../lambdas/checkin/gateway/officers.ts'
import { passwordMd5 } from '../lambdas/checkin/gateway/secret.ts'
import { lookupStore } from '../lambdas/checkin/lookups/lookup-store.ts'
import { deskApi } from '../lambdas/checkin/native/desk-api.ts'
import { dayInVietnam } from '../lambdas/registry/day.ts'
import type { FacilityCode } from '../lambdas/registry/facility-code.ts'
import type { NationalId } from '../lambdas/registry/national-id.ts'
import { type Ask, asksOf, clerk, deskPeople, facilitiesOf, lookupFields, registryItems } from './desk-asks.ts'
import type { DeskAlone } from './desk-figures.ts'
import { countersName, type DeskOperations, memoryDynamodb } from './memory-dynamodb.ts'

/** One dialect's handler in a process of its own, with its stores, its log and a database in memory. */
const [dialect = dialects[0], people = '', checks = ''] = process.argv.slice(2)
const hashKey = randomBytes(32)
const sessionKey = randomBytes(32)
const password = passwordMd5('quầy tiếp đón')
const clock = () => new Date()
const held = deskPeople(Number(people), dayInVietnam(clock()))
const { db, operations } = memoryDynamodb(registryItems(held, hashKey))
const needs = {
  holders: cardHolderStore(db, 'registry'),
  lookups: lookupStore(db, 'lookups'),
  allowances: allowances({ counters: counterStore(db, countersName), clock }),
  hashKey: async () => hashKey,
  clock,
  newId: () => randomBytes(8).toString('hex'),
}
const locks: AccountLocks = { locked: new Set(), lastLocked: new Map() }
const session = { sessionKey: async () => sessionKey, locks: async () => locks }
const handler = dialect === 'native' ? deskApi(needs) : gatewayLookupApi({ ...needs, ...session })
const context = { getRemainingTimeInMillis: () => 29_000 } as Context

const warmUp = Math.ceil(Number(checks) / 4)
const events = asksOf(held, facilitiesOf(held).slice(0, 50), warmUp + Number(checks)).map(
  dialect === 'native' ? nativeEvent : gatewayEventWith(new Map()),
)
for (const event of events.slice(0, warmUp)) await handler(event, context)
Object.assign(operations, { GetItem: 0, PutItem: 0, allowance: 0 } satisfies DeskOperations)
const before = process.cpuUsage()
const milliseconds: number[] = []
let answered = 0
for (const event of events.slice(warmUp)) {
  const started = performance.now()
  const { statusCode, body } = await handler(event, context)
  milliseconds.push(performance.now() - started)
  if (statusCode === 200 && !body.startsWith('{"maKetQua":"500"')) answered += 1
}
if (answered !== Number(checks)) throw new Error(`${answered} of ${checks} checks were answered`)
const { user, system } = process.cpuUsage(before)
process.send?.({ milliseconds, cpuSeconds: (user + system) / 1e6, operations } satisfies DeskAlone, () =>
  process.disconnect?.(),
)

function nativeEvent({ facility, ...content }: Ask): APIGatewayProxyEvent {
  return {
    httpMethod: 'POST',
    resource: '/facilities/{facilityCode}/card-checks',
    pathParameters: { facilityCode: facility },
    headers: { 'content-type': 'application/json', accept: '*/*' },
    requestContext: { authorizer: { facility, client: `facility-${facility}` } },
    body: JSON.stringify(content),
    isBase64Encoded: false,
  } as object as APIGatewayProxyEvent
}

/** Each facility with one session, and twenty officers in it. */
function gatewayEventWith(sessions: Map<FacilityCode, Record<string, string>>): (ask: Ask) => APIGatewayProxyEvent {
  const others = Array.from({ length: 19 }, (_, index) => `0011800001${String(index).padStart(2, '0')}`)
  const officers = officerPrints(
    [...others, clerk.cccdCb].map(id => officerOf(hashKey, id as NationalId, clerk.hoTenCb)),
  )
  return ask => {
    const { facility } = ask
    let query = sessions.get(facility)
    if (!query) {
      const username = usernameOf(facility)
      const { accessToken, idToken } = newSession(sessionKey, { username, facility, officers }, password, clock())
      query = { token: accessToken, id_token: idToken, username, password }
      sessions.set(facility, query)
    }
    return {
      httpMethod: 'POST',
      pathParameters: { call: 'KQNhanLichSuKCB2024' },
      queryStringParameters: query,
      headers: { 'content-type': 'application/json', accept: '*/*' },
      body: JSON.stringify(lookupFields(ask)),
      isBase64Encoded: false,
    } as object as APIGatewayProxyEvent
  }
}
