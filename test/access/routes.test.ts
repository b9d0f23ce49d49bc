import { type CryptoKey, importJWK } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { signAccessToken } from '../../lambdas/access/access-token.ts'
import { authorizerApi } from '../../lambdas/access/authorizer-api.ts'
import type { Caller, Role } from '../../lambdas/access/caller.ts'
import type { FacilityCode } from '../../lambdas/registry/facility-code.ts'
import { type ApiRoute, apiRoutes, protectedRoutes } from '../../lib/api-routes.ts'
import { type RestApi, startRestApi } from '../../local/rest-api/rest-api.ts'
import { routesOf } from '../../local/stack/functions.ts'
import { api as address, keyPair } from './clients.ts'

const now = new Date('2026-11-22T03:00:00Z')
const { signer, jwk } = keyPair()

const callers: Readonly<Record<Role, Caller>> = {
  facility: { role: 'facility', facility: '01007' as FacilityCode, client: 'facility-01007' },
  recipient: { role: 'recipient', recipient: 'moh', client: 'recipient-moh' },
}
const roles = Object.keys(callers) as Role[]

/** Names that a path may have: the caller's own, and somebody else's. */
const own = {
  facilityCode: '01007',
  recipient: 'moh',
  share: 'moh',
  schema: 'handover',
  table: 'persons',
  call: 'Lskcb2025',
}
const others = { ...own, facilityCode: '79001', recipient: 'labour', share: 'labour' }

let api: RestApi
beforeAll(async () => {
  const tokenKey = async () => (await importJWK(jwk, 'ES256')) as CryptoKey
  const authorizer = authorizerApi({ tokenKey, api: address, routes: protectedRoutes, clock: () => now })
  const answers = async () => ({ statusCode: 200, body: '{}' })
  const names = apiRoutes.map(({ function: name }) => [name, answers])
  api = await startRestApi({ routes: routesOf(Object.fromEntries(names), authorizer) })
  return api.close
})

describe.each(apiRoutes)('$method $path', route => {
  it.each(roles)('answers the role %s if it is for it, and then what is its own alone', async role => {
    const token = await signAccessToken(signer, address, callers[role], 'one-of-a-kind', now)
    const isFor = route.role === undefined || route.role === role

    expect(await statusOf(route, own, token)).toBe(isFor ? 200 : 403)
    expect(await statusOf(route, others, token)).toBe(route.role === undefined ? 200 : 403)
  })

  it('answers nobody without a token, unless its function looks itself who comes', async () => {
    expect(await statusOf(route, own)).toBe(route.role === undefined ? 200 : 401)
    expect(await statusOf(route, own, 'a.b.c')).toBe(route.role === undefined ? 200 : 401)
  })
})

it('the functions alone that give tokens, and that read those of a share or of a session, look themselves who comes', () => {
  const open = apiRoutes.filter(({ role }) => role === undefined)
  expect(new Set(open.map(route => route.function))).toEqual(new Set(['token', 'gateway', 'gateway-token', 'sharing']))
})

async function statusOf({ method, path }: ApiRoute, names: Readonly<Record<string, string>>, token?: string) {
  const address = path.replaceAll(/\{(.+?)\}/g, (_, name: string) => names[name] ?? '')
  const headers = token ? { authorization: `Bearer ${token}` } : {}
  return (await fetch(api.endpoint + address, { method, headers })).status
}
