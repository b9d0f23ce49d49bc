import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import type { APIGatewayProxyResult } from 'aws-lambda'
import { importJWK } from 'jose'
import { describe, expect, it } from 'vitest'
import '../registry/quiet.ts'
import { callerOf, tokenLife } from '../../lambdas/access/access-token.ts'
import { signAssertion } from '../../lambdas/access/client-assertion.ts'
import { type Clients, clientStore } from '../../lambdas/access/client-store.ts'
import { tokenApi } from '../../lambdas/access/token-api.ts'
import { signJwt } from '../../lambdas/handover/signature.ts'
import { invokeLambda } from '../../local/stack/lambda.ts'
import { aClient, api, desk, keyPair, signer, startedClients } from './clients.ts'

const now = new Date('2026-11-22T03:00:00Z')
const seconds = now.getTime() / 1000
const platform = keyPair()
const { id } = aClient()

const good = { iss: id, sub: id, aud: api, jti: 'one-of-a-kind', iat: seconds, exp: seconds + 300 }

describe('a client that proves who it is', () => {
  it('gets a token of ten minutes that says for whom it acts', async () => {
    const { ask } = await started()

    const { statusCode, headers, body } = await ask(await assertion(good))

    expect({ statusCode, headers }).toMatchObject({ statusCode: 200, headers: { 'cache-control': 'no-store' } })
    const { access_token, ...answer } = JSON.parse(body)
    expect(answer).toEqual({ token_type: 'Bearer', expires_in: 600 })
    expect(await callerAt(now, access_token)).toEqual({ role: 'recipient', recipient: 'moh', client: id })
    expect(await callerAt(new Date(now.getTime() + (tokenLife - 1) * 1000), access_token)).toBeDefined()
    expect(await callerAt(new Date(now.getTime() + tokenLife * 1000), access_token)).toBe(undefined)
  })

  it('of a facility gets one for its desk', async () => {
    const client = aClient({ id: 'facility-01007', party: desk })
    const { ask } = await started(client)

    const { body } = await ask(await signAssertion(signer, client.id, api, 'one-of-a-kind', now))

    expect(await callerAt(now, JSON.parse(body).access_token)).toEqual({ ...desk, client: client.id })
  })

  it('may sign with either of two keys while it changes them, and with the old one no longer once it is gone', async () => {
    const next = keyPair()
    const { ask, clients } = await started(aClient({ keys: [...aClient().keys, next.jwk] }))

    expect(await ask(await assertion({ ...good, jti: 'by the old' }))).toMatchObject({ statusCode: 200 })
    expect(await ask(await signJwt('JWT', { ...good, jti: 'by the new' }, next.signer))).toMatchObject({
      statusCode: 200,
    })
    await clients.put(aClient({ keys: [next.jwk] }))
    expect(await refusedAs(ask, await assertion({ ...good, jti: 'by the old again' }))).toMatch(/^kid: /)
  })

  it('uses an assertion once, even where twenty ask at a time', async () => {
    const { ask } = await started()
    const same = await assertion(good)

    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(same)))

    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1)
    expect(await refusedAs(ask, same)).toMatch(/^jti: /)
  })

  it('may use the id of an assertion again once that has run out', async () => {
    const { ask, at } = await started()
    await ask(await assertion(good))
    const later = new Date(good.exp * 1000 + 1000)

    at(later)
    expect(await ask(await assertion({ ...good, exp: later.getTime() / 1000 + 60 }))).toMatchObject({ statusCode: 200 })
  })
})

describe('a client is refused', () => {
  it.each<[string, object, RegExp]>([
    ['speaks of another as issuer', { iss: 'recipient-labour' }, /^iss and sub: /],
    ['is for another platform', { aud: 'https://api.example/v2' }, /^aud: /],
    [
      'is for the same address with a slash at its end',
      { aud: `${api}/` },
      /^aud: must be https:\/\/api\.example\/v1$/,
    ],
    ['is for several audiences', { aud: [api, 'https://other.example'] }, /^aud: /],
    ['has run out', { exp: seconds }, /^exp: /],
    ['never runs out', { exp: undefined }, /^exp: /],
    ['runs out in more than five minutes', { exp: seconds + 301 }, /^exp: /],
    ['runs out at no number', { exp: '9999999999' }, /^exp: /],
    ['does not hold yet', { nbf: seconds + 1 }, /^nbf: /],
    ['has no id', { jti: undefined }, /^jti: /],
    ['has an id too short to be one of a kind', { jti: '1' }, /^jti: /],
    ['is by nobody known', { iss: 'nobody', sub: 'nobody' }, /^sub: /],
    [
      'names a client whose id is longer than a key of the ledger may be',
      { iss: 'x'.repeat(2100), sub: 'x'.repeat(2100) },
      /^sub: /,
    ],
    ['names a client by a number', { iss: 7, sub: 7 }, /^sub: /],
  ])('whose assertion %s', async (_, changes, said) => {
    const { ask } = await started()
    expect(await refusedAs(ask, await assertion({ ...good, ...changes }))).toMatch(said)
  })

  it('whose key is not registered', async () => {
    const { ask } = await started()
    expect(await refusedAs(ask, await signJwt('JWT', good, keyPair().signer))).toMatch(/^kid: /)
  })

  it('whose keys were taken away', async () => {
    const { ask } = await started(aClient({ keys: [] }))
    expect(await refusedAs(ask, await assertion(good))).toMatch(/^kid: /)
  })

  it('who signs with another key under a registered kid', async () => {
    const { ask } = await started()
    const forger = { ...keyPair().signer, kid: signer.kid }
    expect(await refusedAs(ask, await signJwt('JWT', good, forger))).toMatch(/^the signature/)
  })

  it('who makes the public key the secret of an HMAC, signs by another algorithm, or not at all', async () => {
    const { ask } = await started()
    const [jwk] = aClient().keys
    const hmac = signedBy({ alg: 'HS256', kid: signer.kid }, head =>
      createHmac('sha256', JSON.stringify(jwk)).update(head).digest(),
    )
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    const other = signedBy({ alg: 'RS256', kid: signer.kid }, head => sign('sha256', Buffer.from(head), rsa))
    const none = signedBy({ alg: 'none', kid: signer.kid }, () => Buffer.alloc(0))

    for (const forged of [hmac, other, none]) expect(await refusedAs(ask, forged)).toMatch(/^the signature/)
  })

  it('whose header brings a key of its own', async () => {
    const { ask } = await started()
    const own = keyPair()
    const head = { alg: 'ES256', kid: signer.kid, jwk: own.jwk }
    const signed = `${encoded(head)}.${encoded(good)}`
    const signature = Buffer.from(await own.signer.sign(Buffer.from(signed))).toString('base64url')
    expect(await refusedAs(ask, `${signed}.${signature}`)).toMatch(/^the signature/)
  })

  it('whose assertion is no JWT', async () => {
    const { ask } = await started()
    expect(await refusedAs(ask, 'hello')).toMatch(/^sub: /)
  })
})

describe('a token request', () => {
  it.each<[string, Record<string, string>, string, RegExp]>([
    ['without a grant', { grant_type: '' }, 'invalid_request', /^grant_type: missing/],
    ['of another grant', { grant_type: 'password' }, 'unsupported_grant_type', /^grant_type: /],
    ['with another kind of proof', { client_assertion_type: 'saml' }, 'invalid_request', /^client_assertion_type: /],
    ['without an assertion', { client_assertion: '' }, 'invalid_request', /^client_assertion: /],
  ])('%s is told what to send', async (_, changes, error, description) => {
    const { request } = await started()
    const form = new URLSearchParams({ ...formOf(await assertion(good)), ...changes })

    const { statusCode, body } = await request(String(form))

    expect(statusCode).toBe(400)
    expect(JSON.parse(body)).toEqual({ error, error_description: expect.stringMatching(description) })
  })

  it('says everything once', async () => {
    const { request } = await started()
    const form = new URLSearchParams(formOf(await assertion(good)))
    form.append('grant_type', 'client_credentials')

    expect(JSON.parse((await request(String(form))).body)).toMatchObject({ error: 'invalid_request' })
  })

  it('is a form, and small', async () => {
    const { request } = await started()
    const form = String(new URLSearchParams(formOf(await assertion(good))))

    expect(JSON.parse((await request(form, 'application/json')).body)).toMatchObject({ error: 'invalid_request' })
    expect(JSON.parse((await request(`${form}&x=${'x'.repeat(8192)}`)).body)).toMatchObject({
      error: 'invalid_request',
    })
  })

  it('is neither granted nor refused while the ledger cannot be reached', async () => {
    const { db } = await startedClients()
    const { ask } = asked(clientStore(db, 'no-such-table'))

    expect(await ask(await assertion(good))).toMatchObject({ statusCode: 503 })
  })
})

async function started(client = aClient()) {
  const { clients } = await startedClients()
  await clients.put(client)
  return { clients, ...asked(clients) }
}

function asked(clients: Clients) {
  let clock = now
  let ids = 0
  const handler = tokenApi({
    clients,
    signer: async () => platform.signer,
    api,
    clock: () => clock,
    newId: () => `token-${++ids}`,
  })
  const request = async (body: string, type = 'application/x-www-form-urlencoded') => {
    const event = { httpMethod: 'POST', headers: { 'Content-Type': type }, body, isBase64Encoded: false }
    return (await invokeLambda(handler, 'token', event, 29_000)) as object as APIGatewayProxyResult
  }
  return {
    request,
    ask: (assertion: string) => request(String(new URLSearchParams(formOf(assertion)))),
    at(later: Date) {
      clock = later
    },
  }
}

async function refusedAs(ask: (assertion: string) => Promise<APIGatewayProxyResult>, assertion: string) {
  const { statusCode, body } = await ask(assertion)
  const { error, error_description } = JSON.parse(body)
  expect({ statusCode, error }).toEqual({ statusCode: 401, error: 'invalid_client' })
  return error_description
}

async function callerAt(time: Date, token: string) {
  return callerOf(token, (await importJWK(platform.jwk, 'ES256')) as never, api, time)
}

function formOf(assertion: string) {
  return {
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  }
}

function assertion(claims: object): Promise<string> {
  return signJwt('JWT', claims, signer)
}

function signedBy(header: object, sign: (head: string) => Buffer): string {
  const head = `${encoded(header)}.${encoded(good)}`
  return `${head}.${sign(head).toString('base64url')}`
}

function encoded(content: object): string {
  return Buffer.from(JSON.stringify(content)).toString('base64url')
}
