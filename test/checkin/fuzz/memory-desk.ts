import type { APIGatewayProxyResult } from 'aws-lambda'
import { allowances } from '../../../lambdas/checkin/allowance/allowance-steps.ts'
import type { Counters } from '../../../lambdas/checkin/allowance/counter-store.ts'
import type { CardHolders } from '../../../lambdas/checkin/card-holder-store.ts'
import type { CheckCardNeeds } from '../../../lambdas/checkin/check-card-steps.ts'
import { type AccountLocks, usernameOf } from '../../../lambdas/checkin/gateway/gateway-account.ts'
import type { GatewayAccounts } from '../../../lambdas/checkin/gateway/gateway-account-store.ts'
import { gatewayLookupApi } from '../../../lambdas/checkin/gateway/gateway-lookup-api.ts'
import { newSession } from '../../../lambdas/checkin/gateway/gateway-session.ts'
import { gatewayTokenApi } from '../../../lambdas/checkin/gateway/gateway-token-api.ts'
import { officerOf, officerPrints } from '../../../lambdas/checkin/gateway/officers.ts'
import { newSecret, passwordMd5, type ScryptCost } from '../../../lambdas/checkin/gateway/secret.ts'
import type { Lookup } from '../../../lambdas/checkin/lookups/lookup-store.ts'
import { deskApi } from '../../../lambdas/checkin/native/desk-api.ts'
import type { FacilityCode } from '../../../lambdas/registry/facility-code.ts'
import { numberHash } from '../../../lambdas/registry/number-hash.ts'
import { numbersOf } from '../../../lambdas/registry/person-numbers.ts'
import { invokeLambda, type LambdaHandler } from '../../../local/stack/lambda.ts'
import { clerk, seeded } from './seeded.ts'

/** A hospital in Hanoi, one in Ho Chi Minh City, and a facility of the army. */
export const facilities = ['01007', '79014', '97001'] as readonly string[] as readonly FacilityCode[]
/** Made up for the tests, as everything here. */
export const password = passwordMd5('quầy tiếp đón')
/** Ten in the morning in Vietnam. */
export const now = new Date('2026-11-22T03:00:00Z')

/** What is broken on purpose: a service, or the facility has spent its allowance. */
export const troubles = ['registry', 'audit', 'counters', 'key', 'spent'] as const
export type Trouble = (typeof troubles)[number] | undefined

export interface MemoryDesk {
  readonly native: Door
  readonly lookup: Door
  readonly token: Door
  /** What was written down since it was last asked. */
  audited(): number
}

export type Door = (event: object, trouble?: Trouble) => Promise<APIGatewayProxyResult>

const hashKey = Buffer.alloc(32, 1)
const sessionKey = Buffer.alloc(32, 2)
const officer = officerOf(hashKey, clerk.cccdCb, clerk.hoTenCb)
/** The thousandth of the usual cost. */
const cheap: ScryptCost = { N: 2 ** 5, r: 8, p: 1 }

/** Both dialects over maps, with the seeded people; everything between the event and the ports is what is deployed. */
export async function memoryDesk(): Promise<MemoryDesk> {
  let trouble: Trouble
  let audited = 0
  const broken = (service: Trouble) => {
    if (trouble === service) throw quoting
  }
  const clock = () => now
  const holders = memoryHolders()
  const counters: Counters = {
    async spend() {
      broken('counters')
      return trouble !== 'spent'
    },
    note: async () => ({ checks: 0, misses: 0 }),
    tried: async () => ({ checks: 0, misses: 0 }),
  }
  const needs: CheckCardNeeds = {
    holders: {
      async find(hash) {
        broken('registry')
        return holders.find(hash)
      },
    },
    lookups: {
      async add(lookup) {
        broken('audit')
        if (!isWritable(lookup)) throw new Error('SerializationException')
        audited += 1
      },
    },
    // Afresh for each request, so that none rests on a lease of the one before
    allowances: { take: (facility, askers) => allowances({ counters, clock }).take(facility, askers), note() {} },
    async hashKey() {
      broken('key')
      return hashKey
    },
    clock,
    newId: () => '0123456789abcdef',
  }
  const session = { sessionKey: async () => sessionKey, clock }
  const door =
    (handler: LambdaHandler): Door =>
    async (event, injected) => {
      trouble = injected
      return (await invokeLambda(handler, 'fuzz', event, 29_000)) as object as APIGatewayProxyResult
    }
  return {
    native: door(deskApi(needs)),
    lookup: door(gatewayLookupApi({ ...needs, ...session, locks: async () => unlocked })),
    token: door(gatewayTokenApi({ accounts: await memoryAccounts(() => broken('registry')), ...session })),
    audited() {
      const since = audited
      audited = 0
      return since
    },
  }
}

/** What comes with every look-up of the facility's hospital software. */
export function credentialsOf(facility: FacilityCode, key: Uint8Array = sessionKey): Readonly<Record<string, string>> {
  const username = usernameOf(facility)
  const officers = officerPrints([officer])
  const { accessToken, idToken } = newSession(key, { username, facility, officers }, password, now)
  return { token: accessToken, id_token: idToken, username, password }
}

/** An error as a service may word it, with what was asked in several lines. */
const [{ person }] = seeded as [(typeof seeded)[number]]
const quoting = new Error(`no answer for ${person.fullName}\n    at ${person.fullName} (${person.insuranceNumber}:1:1)`)

/** DynamoDB takes only texts that are UTF-8. */
function isWritable(lookup: Lookup): boolean {
  return Object.values(lookup).every(value => typeof value !== 'string' || value.isWellFormed())
}

function memoryHolders(): CardHolders {
  const byHash = new Map(
    seeded.flatMap(held =>
      numbersOf(held.person, held.cards).map(({ number }) => [numberHash(hashKey, number), held] as const),
    ),
  )
  return { find: async hash => byHash.get(hash) }
}

const unlocked: AccountLocks = { locked: new Set(), lastLocked: new Map() }

async function memoryAccounts(broken: () => void): Promise<GatewayAccounts> {
  const secret = await newSecret(password, Buffer.alloc(16, 7), cheap)
  const accounts = new Map(
    facilities.map(facility => [usernameOf(facility), { username: usernameOf(facility), facility, secret }]),
  )
  const failures = new Map<string, number>()
  const nothing = async () => undefined
  return {
    async find(username) {
      broken()
      return accounts.get(username)
    },
    put: nothing,
    officers: async () => [officer],
    putOfficers: nothing,
    locks: async () => unlocked,
    lock: nothing,
    unlock: nothing,
    failures: async (username, source) => failures.get(`${username} ${source}`) ?? 0,
    async addFailure(username, source) {
      const name = `${username} ${source}`
      failures.set(name, (failures.get(name) ?? 0) + 1)
    },
    async forgetFailures(username, source) {
      failures.delete(`${username} ${source}`)
    },
  }
}
