import { describe, expect, it } from 'vitest'
import { longestSession } from '../../../lambdas/checkin/gateway/gateway-session.ts'
import type { HeldPerson } from '../../../lambdas/registry/items.ts'
import { card, holder } from '../people.ts'
import { quietly } from '../quietly.ts'
import { type ClientShape, clientShapes, type Sending, type SessionTokens } from './clients.ts'
import { clerk, form, json, password, type Sent, startGateway, username } from './gateway-desk.ts'

const newer = card({ cardNumber: 'HC4010123456789', validFrom: '2026-06-01', facilityCode: '01013' })
const next = card({
  cardNumber: 'HC4010123456789',
  validFrom: '2027-01-01',
  validTo: '2027-12-31',
  facilityCode: '01013',
})
const presented = 'DN4010123456789'

const valid = { goesOn: true, card: presented, from: '01/01/2026', to: '31/12/2026' }

type Gateway = Awaited<ReturnType<typeof startGateway>>

describe.each(clientShapes)('$family', shape => {
  it('goes on with a card that is valid, and with its days', async () => {
    const asks = await started(shape, holder([card({ areaCode: 'K1' })]))
    expect(shape.reads(await asks.lookup())).toEqual(valid)
  })

  it('goes on with a card that has neither area nor five-year date', async () => {
    const asks = await started(shape, holder())
    expect(shape.reads(await asks.lookup())).toEqual(valid)
  })

  it('never takes a card issued in advance for today’s', async () => {
    const asks = await started(shape, holder([card(), next]))
    expect(shape.reads(await asks.lookup())).toEqual(valid)
  })

  it('goes on, where another card counts, with one of the two at most, and never past the days of both', async () => {
    const asks = await started(shape, holder([card({ validTo: '2026-05-31' }), newer]))
    const { goesOn, card: number, to } = shape.reads(await asks.lookup())
    if (!goesOn) return
    expect([presented, newer.cardNumber]).toContain(number)
    expect(['31/05/2026', '31/12/2026']).toContain(to)
  })

  it.each<[string, HeldPerson | undefined]>([
    ['has expired', holder([card({ validTo: '2026-11-21' })])],
    ['has not begun', holder([card({ validFrom: '2026-12-01' })])],
    ['was recalled', holder([card({ recalledOn: '2026-11-01', recallReason: 'stopped' })])],
    ['is of somebody who died', holder([card()], { diedOn: '2026-11-01' })],
    ['is nobody’s', undefined],
    ['is another’s by name', holder([card()], { fullName: 'Trần Văn Bảy' })],
    ['is another’s by birth date', holder([card()], { birthDate: '1991-04-05' })],
  ])('stops at a card that %s', async (_, held) => {
    const asks = await started(shape, ...(held ? [held] : []))
    expect(shape.reads(await asks.lookup())).toEqual({ goesOn: false })
  })

  it('stops at a fault of ours', async () => {
    const asks = await started(shape, holder())
    asks.gateway.database.failing.add('PutItem')
    const body = await quietly(() => asks.lookup())
    expect(shape.reads(body)).toEqual({ goesOn: false })
  })

  it('finds its session honoured for as long as it keeps it, and after that takes a new one or stops', async () => {
    const asks = await started(shape, holder())
    const { time } = asks.gateway
    const began = time.now.getTime()
    time.now = new Date(began + 20 * 3_600_000)
    expect(shape.reads(await asks.lookup())).toMatchObject({ goesOn: true })

    time.now = new Date(began + longestSession * 1000)
    const { statusCode, body } = await asks.answer()
    expect(shape.reads(body)).toEqual({ goesOn: false })
    if (shape.takesAnew(statusCode, body)) expect(shape.reads(await asks.anew())).toMatchObject({ goesOn: true })
  })
})

/** The software at a gateway where it has taken its session. */
async function started(shape: ClientShape, ...people: readonly HeldPerson[]) {
  const gateway = await startGateway(...people)
  const take = async () => {
    const { body, headers } = await gateway.call(
      '/api/token/take',
      sentAs(shape.takes, { username, password: md5Of(shape) }),
    )
    if (shape.takes === 'form of a browser') expect(headers).toMatchObject({ 'access-control-allow-origin': '*' })
    return shape.session(body)
  }
  const session = await take()
  const answer = () => ask(gateway, shape, session)
  return {
    gateway,
    answer,
    lookup: async () => (await answer()).body,
    anew: async () => (await ask(gateway, shape, await take())).body,
  }
}

function ask(gateway: Gateway, shape: ClientShape, session: SessionTokens) {
  const query = { ...session, username, password: md5Of(shape) }
  return gateway.call(`/api/egw/${shape.call}`, { query, ...sentAs(shape.asks, contentOf(shape)) })
}

function contentOf({ names, birthDate, older, ...shape }: ClientShape): Readonly<Record<string, string | null>> {
  const known: Readonly<Record<string, string>> = {
    mathe: presented,
    hoten: 'ĐỖ THỊ HOÀ',
    ngaysinh: birthDates[birthDate],
    hotencb: clerk.hoTenCb,
    cccdcb: clerk.cccdCb,
    username,
    password: md5Of(shape),
  }
  return { ...Object.fromEntries(names.map(name => [name, known[name.toLowerCase()] ?? ''])), ...older }
}

const birthDates = { 'dd/MM/yyyy': '03/02/1990', 'MM/yyyy': '02/1990', yyyy: '1990', ddMMyyyy: '03021990' } as const

function md5Of({ md5 }: Pick<ClientShape, 'md5'>): string {
  return md5 === 'capitals' ? password.toUpperCase() : password
}

function sentAs(sending: Sending, content: Readonly<Record<string, string | null>>): Sent {
  const present = Object.fromEntries(Object.entries(content).map(([name, value]) => [name, value ?? '']))
  switch (sending) {
    case 'json':
      return json(content)
    case 'json without a type':
      return { body: JSON.stringify(content) }
    case 'json in single quotes':
      return { ...json(content), body: JSON.stringify(content).replaceAll('"', "'") }
    case 'form':
      return form(present)
    case 'form of a browser':
      return { ...form(present), headers: { 'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8' } }
  }
}
