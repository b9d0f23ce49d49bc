import { createHmac } from 'node:crypto'
import type { APIGatewayAuthorizerResult } from 'aws-lambda'
import { base64url, type CryptoKey, exportSPKI, generateKeyPair, SignJWT } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { signAccessToken } from '../../lambdas/access/access-token.ts'
import { authorizerApi } from '../../lambdas/access/authorizer-api.ts'
import { tokenKey } from '../../lambdas/access/token-key-client.ts'
import { kmsSigner } from '../../lambdas/handover/signer-client.ts'
import type { FacilityCode } from '../../lambdas/registry/facility-code.ts'
import { loadedOnce } from '../../lambdas/shared/loaded-once.ts'
import { protectedRoutes as routes } from '../../lib/api-routes.ts'
import { invokeLambda } from '../../local/stack/lambda.ts'
import { now, startedKms } from '../checkin/desk.ts'
import { api } from './clients.ts'

const apiArn = 'arn:aws:execute-api:ap-southeast-1:000000000000:a1b2c3/v1'
const methodArn = `${apiArn}/POST/facilities/01007/card-checks`
const appointments = `${apiArn}/POST/facilities/01007/appointment-checks`
const seconds = now.getTime() / 1000

const good = {
  iss: api,
  aud: api,
  exp: seconds + 60,
  role: 'facility',
  facility: '01007',
  client_id: 'desk-01007',
}

const other = { role: 'facility', facility: '79001' as FacilityCode, client: 'desk-79001' } as const

let own: { readonly publicKey: CryptoKey; readonly privateKey: CryptoKey }
beforeAll(async () => {
  own = await generateKeyPair('ES256', { extractable: true })
})

describe('an access token', () => {
  it('lets its facility reach its own checks and nothing else', async () => {
    expect(await ask(await signed(good))).toEqual({
      principalId: 'desk-01007',
      policyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: [methodArn, appointments] }],
      },
      context: { role: 'facility', facility: '01007', client: 'desk-01007' },
    })
  })

  it('gives the same policy whichever resource was asked for, since API Gateway keeps it', async () => {
    const token = await signed(good)

    expect(await ask(token, { methodArn: `${apiArn}/POST/facilities/79001/card-checks` })).toEqual(await ask(token))
  })

  it.each([
    ['a header in small letters', { headers: { authorization: 'Bearer ' } }],
    ['the scheme in small letters', { headers: { Authorization: 'bearer ' } }],
  ])('is read from %s', async (_, { headers }) => {
    const [[name, scheme] = ['', '']] = Object.entries(headers)
    const token = await signed(good)

    expect(await ask(token, { headers: { [name]: `${scheme}${token}` } })).toMatchObject({ principalId: 'desk-01007' })
  })

  it('is read from an event of the TOKEN type', async () => {
    const authorizationToken = `Bearer ${await signed(good)}`

    expect(await ask('', { type: 'TOKEN', authorizationToken })).toMatchObject({ principalId: 'desk-01007' })
  })

  it.each<[string, object]>([
    ['has expired', { exp: seconds }],
    ['never expires', { exp: undefined }],
    ['does not hold yet', { nbf: seconds + 60 }],
    ['is of another issuer', { iss: 'https://api.example/v1.evil' }],
    ['is for another audience', { aud: 'https://other.example' }],
    ['names no facility', { facility: undefined }],
    ['names no facility code', { facility: '*' }],
    ['names several facilities', { facility: ['01007'] }],
    ['names no client', { client_id: undefined }],
    ['names no role', { role: undefined }],
    ['names a role that there is not', { role: 'operator' }],
    ['names another role than its party’s', { role: 'recipient' }],
    ['names no recipient', { role: 'recipient', recipient: '*' }],
  ])('is refused when it %s', async (_, changes) => {
    await expect(ask(await signed({ ...good, ...changes }))).rejects.toThrow(/^Unauthorized$/)
  })

  it('is refused when it is of another kind', async () => {
    await expect(ask(await signed(good, { typ: 'JWT' }))).rejects.toThrow(/^Unauthorized$/)
  })

  it('is refused when another key signed it', async () => {
    const { privateKey } = await generateKeyPair('ES256')

    await expect(ask(await signed(good, {}, privateKey))).rejects.toThrow(/^Unauthorized$/)
  })

  it('is refused when the public key served as the secret of an HMAC', async () => {
    const head = `${encoded({ alg: 'HS256', typ: 'at+jwt' })}.${encoded(good)}`
    const mac = createHmac('sha256', await exportSPKI(own.publicKey))
      .update(head)
      .digest('base64url')

    await expect(ask(`${head}.${mac}`)).rejects.toThrow(/^Unauthorized$/)
  })

  it('is refused when it says that it is not signed', async () => {
    await expect(ask(`${encoded({ alg: 'none', typ: 'at+jwt' })}.${encoded(good)}.`)).rejects.toThrow(/^Unauthorized$/)
  })

  it.each(['', 'Bearer', 'Bearer a b', 'Basic ZGVzazo='])('is refused when the header is %j', async Authorization => {
    await expect(ask('', { headers: { Authorization } })).rejects.toThrow(/^Unauthorized$/)
  })

  it('is refused when a byte of it changed', async () => {
    const [head, , signature] = (await signed(good)).split('.')

    const forged = [head, encoded({ ...good, facility: '79001' }), signature].join('.')
    await expect(ask(forged)).rejects.toThrow(/^Unauthorized$/)
  })
})

describe('a token of the platform', () => {
  it('is signed by KMS and accepted under the public key that KMS gives out, which is asked for once', async () => {
    const { client: kms, tap } = await startedKms()
    const token = await signAccessToken(await kmsSigner(kms, 'alias/tokens'), api, other, 'one-of-a-kind', now)
    tap.requests.length = 0
    const key = loadedOnce(() => tokenKey(kms, 'alias/tokens'))

    const answers = [await ask(token, {}, key), await ask(token, {}, key)]

    expect(answers).toMatchObject(Array(2).fill({ context: other }))
    expect(tap.requests.map(({ operation }) => operation)).toEqual(['GetPublicKey'])
  })

  it('is refused under another key', async () => {
    const { client: kms } = await startedKms()
    const token = await signAccessToken(await kmsSigner(kms, 'alias/tokens'), api, other, 'one-of-a-kind', now)

    await expect(ask(token, {}, () => tokenKey(kms, 'alias/other'))).rejects.toThrow(/^Unauthorized$/)
  })

  it('is neither accepted nor refused while KMS cannot be reached', async () => {
    const { client: kms, tap } = await startedKms()
    tap.failing.add('GetPublicKey')

    await expect(ask(await signed(good), {}, () => tokenKey(kms, 'alias/tokens'))).rejects.toThrow('broken')
  })
})

async function ask(token: string, changes: object = {}, key = async () => own.publicKey) {
  const handler = authorizerApi({ tokenKey: key, api, routes, clock: () => now })
  const event = { type: 'REQUEST', methodArn, headers: { Authorization: `Bearer ${token}` }, ...changes }
  return (await invokeLambda(handler, 'authorizer', event, 29_000)) as object as APIGatewayAuthorizerResult
}

function signed(claims: object, header: object = {}, key = own.privateKey): Promise<string> {
  return new SignJWT({ ...claims }).setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', ...header }).sign(key)
}

function encoded(content: object): string {
  return base64url.encode(JSON.stringify(content))
}
