import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Username } from '../../../lambdas/checkin/gateway/gateway-account.ts'
import {
  longestSession,
  millisecondsUntilLocked,
  newSession,
  sessionLife,
  sessionOf,
} from '../../../lambdas/checkin/gateway/gateway-session.ts'
import { passwordMd5 } from '../../../lambdas/checkin/gateway/secret.ts'
import { now } from '../desk.ts'
import { holder } from '../people.ts'
import { clerk, facility, json, password, type Sent, startGateway, username } from './gateway-desk.ts'

const key = Buffer.alloc(32, 1)
const officers = Buffer.from('0102030405060708', 'hex')
const tokens = newSession(key, { username, facility, officers }, password, now)
const credentials = { accessToken: tokens.accessToken, idToken: tokens.idToken, username, password }
const laterBy = (seconds: number) => new Date(now.getTime() + seconds * 1000)

describe('a session', () => {
  it('says whose it is and who may ask', () => {
    expect(sessionOf(key, credentials, now)).toEqual({ username, facility, officers, begun: now })
  })

  it('may name nobody who may ask', () => {
    const { accessToken, idToken } = newSession(key, { username, facility, officers: Buffer.alloc(0) }, password, now)
    expect(sessionOf(key, { ...credentials, accessToken, idToken }, now)?.officers).toEqual(Buffer.alloc(0))
  })

  it('is to be renewed after an hour, and is honoured longer than the longest that software is known to keep one', () => {
    expect(tokens.renewAt).toEqual(laterBy(sessionLife))
    expect(sessionLife).toBeGreaterThan(50 * 60)
    expect(longestSession).toBeGreaterThan(20 * 3600)
    expect(sessionOf(key, credentials, laterBy(longestSession - 1))).toBeDefined()
    expect(sessionOf(key, credentials, laterBy(longestSession))).toBeUndefined()
  })

  const other = newSession(key, { username, facility, officers }, password, laterBy(60))
  it.each([
    ['under another key', credentials, Buffer.alloc(32, 2)],
    ['with another password', { ...credentials, password: passwordMd5('khác') }, key],
    ['of another account', { ...credentials, username: '79001_BV' as Username }, key],
    ['whose two tokens are of two sessions', { ...credentials, idToken: other.idToken }, key],
    ['whose tokens are swapped', { ...credentials, accessToken: tokens.idToken, idToken: tokens.accessToken }, key],
    [
      'whose signature has other letters',
      { ...credentials, accessToken: tokens.accessToken.replace(/\..*/, `.${'ế'.repeat(43)}`) },
      key,
    ],
    ['without tokens', { ...credentials, accessToken: '', idToken: '' }, key],
  ])('does not hold %s', (_, given, underKey) => {
    expect(sessionOf(underKey, given, now)).toBeUndefined()
  })

  it('does not hold when a letter of a token is another', () => {
    const names = fc.constantFrom('accessToken' as const, 'idToken' as const)
    fc.assert(
      fc.property(names, fc.nat(), fc.constantFrom(...'Aa0-_.'), (name, at, letter) => {
        const token = tokens[name]
        const index = at % token.length
        fc.pre(token[index] !== letter)
        const changed = token.slice(0, index) + letter + token.slice(index + 1)
        expect(sessionOf(key, { ...credentials, [name]: changed }, now)).toBeUndefined()
      }),
    )
  })
})

describe('a lookup', () => {
  const asked = json({ maThe: 'DN4010123456789', hoTen: 'Đỗ Thị Hoà', ngaySinh: '03/02/1990', ...clerk })
  const path = '/api/egw/KQNhanLichSuKCB2024'

  it.each<[string, object]>([
    ['with a token of somebody’s own making', { token: 'a.b', id_token: 'c.d' }],
    ['without a token', { token: '', id_token: '' }],
    ['with another password', { password: passwordMd5('khác') }],
    ['with a password that is no MD5', { password: 'quầy' }],
    ['in another facility’s name', { username: '79001_BV' }],
  ])('%s is 401, and ghiChu says that the token is wrong or expired', async (_, changes) => {
    const { call, session, database } = await startGateway(holder())
    const query = { ...(await session()), ...changes }
    database.requests.length = 0

    const { statusCode, body } = await call(path, { query, ...asked })

    expect(statusCode).toBe(200)
    expect(JSON.parse(body)).toMatchObject({
      maKetQua: '401',
      ghiChu: expect.stringMatching(/Token.*không đúng.*hết hạn/),
    })
    expect(database.requests).toEqual([])
  })

  it('in a session that has ended is 401, until a new one is taken', async () => {
    const { call, session, time } = await startGateway(holder())
    const query = await session()
    time.now = laterBy(longestSession)

    expect(JSON.parse((await call(path, { query, ...asked })).body)).toMatchObject({ maKetQua: '401' })
    expect(JSON.parse((await call(path, { query: await session(), ...asked })).body)).toMatchObject({ maKetQua: '000' })
  })

  it('is 401 a few minutes after its account was locked, and not when another was', async () => {
    const { call, session, accounts, time } = await startGateway(holder())
    const query = await session()
    const ask = async () => JSON.parse((await call(path, { query, ...asked })).body).maKetQua
    const later = () => {
      time.now = new Date(time.now.getTime() + millisecondsUntilLocked)
      return ask()
    }
    expect(await ask()).toBe('000')
    await accounts.lock('79001_BV' as Username, time.now)
    expect(await later()).toBe('000')
    await accounts.lock(username, time.now)
    expect(await later()).toBe('401')
  })

  it('in a session of before its account was locked stays 401 once that is unlocked, and a new one holds', async () => {
    const { call, session, accounts, time } = await startGateway(holder())
    const stolen = await session()
    const ask = async (query: Sent['query']) =>
      JSON.parse((await call(path, { ...asked, ...(query && { query }) })).body).maKetQua
    time.now = laterBy(60)
    await accounts.lock(username, time.now)
    time.now = laterBy(120)
    await accounts.unlock(username)

    expect(await ask(stolen)).toBe('401')
    const taken = await session()
    expect(await ask(taken)).toBe('000')
    await accounts.lock('79001_BV' as Username, time.now)
    time.now = new Date(time.now.getTime() + millisecondsUntilLocked)
    expect(await ask(stolen)).toBe('401')
    expect(await ask(taken)).toBe('000')
  })
})
