import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { checksPerMinute } from '../../../lambdas/checkin/allowance/allowance.ts'
import { request, startDesk } from '../desk.ts'
import { card, holder } from '../people.ts'

const presented = { number: '0123456789', birthDate: '1990-02-03' }
const tomorrow = { ...presented, serviceDate: '2026-11-23' }

describe('checks for appointments', () => {
  it('are answered each by itself and in its place', async () => {
    const { ask } = await startDesk(holder([card({ validTo: '2026-11-22' })]))

    const { statusCode, body } = await ask(appointments([presented, tomorrow, { ...tomorrow, birthDate: '1991' }]))

    expect(statusCode).toBe(200)
    expect(JSON.parse(body).answers).toMatchObject([
      { status: 'answered', serviceDate: '2026-11-22', valid: true },
      { status: 'answered', serviceDate: '2026-11-23', valid: false, reason: 'expired', lastDay: '2026-11-22' },
      { status: 'answered', serviceDate: '2026-11-23', valid: false, reason: 'not-matched' },
    ])
  })

  it('that are malformed are refused by field, and the others answered', async () => {
    const { ask, lookups } = await startDesk(holder())

    const { body } = await ask(appointments([{ ...presented, number: '12' }, presented]))

    expect(JSON.parse(body).answers).toMatchObject([
      { status: 'refused', errors: [{ field: 'number' }] },
      { status: 'answered', valid: true },
    ])
    expect(await lookups()).toHaveLength(1)
  })

  it('are each written down', async () => {
    const { ask, lookups } = await startDesk(holder())

    await ask(appointments(Array.from({ length: 100 }, () => presented)))

    expect(await lookups()).toHaveLength(100)
  })

  it('that the system cannot answer say so, each for itself', async () => {
    const { ask, database } = await startDesk(holder())
    database.failing.add('PutItem')
    const spy = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    onTestFinished(() => spy.mockRestore())

    const { statusCode, body } = await ask(appointments([presented, { number: 1 }]))

    expect([statusCode, JSON.parse(body).answers]).toMatchObject([
      200,
      [{ status: 'unavailable' }, { status: 'refused' }],
    ])
    expect(body).not.toContain('"valid"')
  })

  it('spend the facility’s allowance, all or none', async () => {
    const { ask } = await startDesk(holder())
    const hundred = appointments(Array.from({ length: 100 }, () => ({ number: 'none' })))
    for (let spent = 0; spent < checksPerMinute; spent += 100) expect((await ask(hundred)).statusCode).toBe(200)

    const { statusCode, headers, body } = await ask(hundred)

    expect([statusCode, headers]).toMatchObject([429, { 'retry-after': '60' }])
    expect(JSON.parse(body)).toMatchObject({ type: 'urn:bangiao:problem:too-many-checks' })
  })

  it('slow an officer who misses again and again, and not his colleagues', async () => {
    const { ask } = await startDesk(holder())
    const missed = { number: '0123456780', birthDate: '1990', officer: 'Quầy 1' }
    const found = { ...presented, officer: 'Quầy 2' }
    const many = (check: object, times: number) => ask(appointments(Array.from({ length: times }, () => check)))
    for (const check of [found, found, missed]) expect((await many(check, 40)).statusCode).toBe(200)

    const { statusCode, headers } = await many(missed, 40)

    expect([statusCode, headers]).toMatchObject([429, { 'retry-after': '3600' }])
    expect((await many(found, 40)).statusCode).toBe(200)
  })

  it.each<[string, unknown]>([
    ['no list', presented],
    ['an empty list', { checks: [] }],
    ['more than a hundred', { checks: Array.from({ length: 101 }, () => presented) }],
    ['a list that is none', { checks: { 0: presented } }],
    ['more than the list', { checks: [presented], facility: '01007' }],
    ['text alone', JSON.stringify('checks')],
    ['nothing', null],
  ])('with %s are refused whole', async (_, content) => {
    const { ask, database } = await startDesk()

    const { statusCode, body } = await ask(appointments(content))

    expect([statusCode, JSON.parse(body).errors]).toMatchObject([400, [{ field: 'checks' }]])
    expect(database.requests).toEqual([])
  })
})

function appointments(content: unknown) {
  const resource = '/facilities/{facilityCode}/appointment-checks'
  return request(Array.isArray(content) ? { checks: content } : content, { resource })
}
