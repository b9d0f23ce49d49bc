import { describe, expect, it } from 'vitest'
import { failureWindowMinutes, mostFailures } from '../../../lambdas/checkin/gateway/gateway-token-api.ts'
import { passwordMd5 } from '../../../lambdas/checkin/gateway/secret.ts'
import { quietly } from '../quietly.ts'
import { form, json, password, startGateway, username } from './gateway-desk.ts'

const wrong = passwordMd5('khác')

describe('a session', () => {
  it('is answered in the published order, and says in UTC when to take a new one', async () => {
    const { take } = await startGateway()

    const answer = await take()

    expect(Object.keys(answer)).toEqual(['maKetQua', 'APIKey'])
    expect(Object.keys(answer.APIKey)).toEqual(['access_token', 'id_token', 'token_type', 'username', 'expires_in'])
    expect(answer).toMatchObject({
      maKetQua: '200',
      APIKey: { token_type: 'Bearer', username: '01007_BV', expires_in: '2026-11-22T04:00:00.000Z' },
    })
  })

  it('has nothing in its tokens that software would cut at or that a query would have to escape', async () => {
    const { take } = await startGateway()
    const { access_token: access, id_token: id } = (await take()).APIKey
    for (const token of [access, id]) expect(token).toMatch(/^[\w.-]{40,}$/)
  })

  it('holds neither the password nor anything from which it could be tried without our key', async () => {
    const { take } = await startGateway()
    const [content] = (await take()).APIKey.access_token.split('.')
    const said = Buffer.from(content, 'base64url').toString()
    expect(JSON.parse(said)).toMatchObject({ username, facility: '01007' })
    expect(said).not.toContain(password)
  })
})

describe('who asks for a session is refused', () => {
  it.each<[string, string, object]>([
    ['402', 'the username is no facility’s', { username: 'benhvien', password }],
    ['402', 'the facility has no such code', { username: '99007_BV', password }],
    ['402', 'the username is missing', { password }],
    ['401', 'nobody has that account', { username: '79001_BV', password }],
    ['401', 'the password is another', { username, password: wrong }],
    ['401', 'the password is no MD5', { username, password: 'quầy tiếp đón' }],
    ['401', 'the password is missing', { username }],
  ])('with %s when %s', async (code, _, sent) => {
    const { call } = await startGateway()

    const { statusCode, body } = await call('/api/token/take', json(sent))

    expect(statusCode).toBe(200)
    expect(JSON.parse(body)).toEqual({ maKetQua: code, APIKey: null, ghiChu: expect.stringMatching(/\.$/) })
  })

  it('with 402 and the reason when the body is malformed', async () => {
    const { call } = await startGateway()
    const { body } = await call('/api/token/take', { headers: { 'content-type': 'application/json' }, body: '{' })
    expect(JSON.parse(body)).toMatchObject({ maKetQua: '402', ghiChu: expect.stringContaining('body phải là') })
  })

  it('with 403 while the account is locked, whatever the password', async () => {
    const { take, accounts, time } = await startGateway()
    await accounts.lock(username, time.now)
    expect(await take()).toMatchObject({ maKetQua: '403', APIKey: null })
    await accounts.unlock(username)
    expect(await take()).toMatchObject({ maKetQua: '200' })
  })

  it('with 500 when the ledger fails, and nothing personal is logged', async () => {
    const { take, database } = await startGateway()
    database.failing.add('GetItem')
    const lines: string[] = []

    expect(await quietly(() => take(), lines)).toMatchObject({ maKetQua: '500', APIKey: null })
    expect(lines).toHaveLength(1)
    expect(lines[0]).not.toMatch(new RegExp(`_BV|${password}|192\\.0`))
  })
})

describe('wrong passwords', () => {
  it('from one address end its tries for a while, even with the right one; other addresses go on', async () => {
    const { take, time } = await startGateway()
    for (let tries = 0; tries < mostFailures; tries++)
      expect(await take(form({ username, password: wrong }))).toMatchObject({ maKetQua: '401' })

    expect(await take()).toMatchObject({ maKetQua: '403' })
    expect(await take({ ...form({ username, password }), sourceIp: '192.0.2.2' })).toMatchObject({ maKetQua: '200' })

    time.now = new Date(time.now.getTime() + failureWindowMinutes * 60_000)
    expect(await take()).toMatchObject({ maKetQua: '200' })
  })

  it('are forgotten after the right one', async () => {
    const { take } = await startGateway()
    for (let tries = 0; tries < 2 * mostFailures; tries++) {
      await take(form({ username, password: wrong }))
      expect(await take()).toMatchObject({ maKetQua: '200' })
    }
  })

  it('of an old window do not count in a new one', async () => {
    const { take, accounts, time } = await startGateway()
    const end = (now: Date) => new Date(now.getTime() + 60_000)
    for (let tries = 0; tries < mostFailures - 1; tries++)
      await accounts.addFailure(username, 'a', time.now, end(time.now))
    const later = end(time.now)
    await accounts.addFailure(username, 'a', later, end(later))

    expect(await accounts.failures(username, 'a', later)).toBe(1)
    expect(await take()).toMatchObject({ maKetQua: '200' })
  })

  it('that come at once are all counted', async () => {
    const { accounts, time } = await startGateway()
    const end = new Date(time.now.getTime() + 60_000)
    await accounts.addFailure(username, 'a', time.now, end)
    await Promise.all(Array.from({ length: 8 }, () => accounts.addFailure(username, 'a', time.now, end)))
    expect(await accounts.failures(username, 'a', time.now)).toBe(9)
  })
})
