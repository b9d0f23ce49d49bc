import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checksPerLease, checksPerMinute } from '../../../lambdas/checkin/allowance/allowance.ts'
import type { InsuranceNumber } from '../../../lambdas/registry/insurance-number.ts'
import { numberHash } from '../../../lambdas/registry/number-hash.ts'
import { request, startDesk } from '../desk.ts'
import { card, holder } from '../people.ts'
import { quietly } from '../quietly.ts'

const presented = { number: '0123456789', birthDate: '1990-02-03', fullName: 'Đỗ Thị Hoà' }

describe('a card that is valid', () => {
  it('is answered with all that the desk must know', async () => {
    const { ask } = await startDesk(holder([card({ areaCode: 'K1', fiveYearsFrom: '2027-05-01' })]))

    const { statusCode, headers, body } = await ask(request(presented))

    expect(statusCode).toBe(200)
    expect(headers).toEqual({ 'content-type': 'application/json', 'cache-control': 'no-store' })
    expect(JSON.parse(body)).toEqual({
      facility: '01007',
      serviceDate: '2026-11-22',
      valid: true,
      level: 4,
      ratePercent: 80,
      registeredHere: true,
      manager: 'social-security',
      routes: expect.any(Array),
      routesDetermined: true,
      conditions: [expect.objectContaining({ code: 'small-visit', visitCostBelow: 379_500, ratePercent: 100 })],
      remarks: [],
      card: {
        number: 'DN4010123456789',
        validFrom: '2026-01-01',
        validTo: '2026-12-31',
        facilityCode: '01007',
        areaCode: 'K1',
        fiveYearsFrom: '2027-05-01',
      },
      message: { en: 'The card is valid on this day.', vi: 'Thẻ có giá trị sử dụng trong ngày này.' },
      basis: { en: 'Law on health insurance, articles 16 and 22', vi: 'Luật Bảo hiểm y tế, Điều 16 và Điều 22' },
    })
  })

  it.each([
    ['insurance number', '01-2345-6789'],
    ['national id', '001 190 000001'],
    ['full card number', 'dn 4 01 0123456789'],
    ['former insurance number', '0999999999'],
  ])('is found by its holder’s %s', async (_, number) => {
    const { ask } = await startDesk(holder([card()], { formerInsuranceNumber: '0999999999' }))

    expect(JSON.parse((await ask(request({ ...presented, number }))).body)).toMatchObject({ valid: true })
  })

  it('is asked about in Vietnam’s today unless another day is named', async () => {
    const { ask } = await startDesk(holder([card({ validFrom: '2026-11-23' })]))

    const days = [undefined, '2026-11-23'].map(serviceDate => ask(request({ ...presented, serviceDate })))

    expect((await Promise.all(days)).map(({ body }) => JSON.parse(body))).toMatchObject([
      { serviceDate: '2026-11-22', valid: false, reason: 'not-started', firstDay: '2026-11-23' },
      { serviceDate: '2026-11-23', valid: true },
    ])
  })
})

describe('a card that is not valid', () => {
  it('is answered with the reason, its day and its legal basis', async () => {
    const { ask } = await startDesk(holder([card({ validTo: '2026-11-21' })]))

    const { statusCode, body } = await ask(request(presented))

    expect(statusCode).toBe(200)
    expect(JSON.parse(body)).toEqual({
      facility: '01007',
      serviceDate: '2026-11-22',
      valid: false,
      reason: 'expired',
      lastDay: '2026-11-21',
      message: {
        en: 'The card has expired, and no other one is valid.',
        vi: 'Thẻ đã hết hạn sử dụng và không có thẻ khác còn giá trị.',
      },
      basis: { en: 'Law on health insurance, article 16', vi: 'Luật Bảo hiểm y tế, Điều 16' },
    })
  })
})

describe('whoever is not matched', () => {
  const unmatched = [
    ['the number is nobody’s', { number: '0123456780' }],
    ['the birth date is another', { birthDate: '1990-02-04' }],
    ['the name is another', { fullName: 'Đỗ Thị Hoa Mai' }],
    ['the card was never theirs', { number: 'CC1010123456789' }],
  ] as const

  it('gets the same answer whatever was wrong', async () => {
    const { ask } = await startDesk(holder())

    const answers = await Promise.all(unmatched.map(([, changes]) => ask(request({ ...presented, ...changes }))))

    expect(JSON.parse(answers[0]?.body ?? '')).toMatchObject({ valid: false, reason: 'not-matched' })
    expect(new Set(answers.map(answer => JSON.stringify(answer))).size).toBe(1)
  })

  it.each(unmatched)('costs two point reads and one write when %s, as a match does', async (_, changes) => {
    const { ask, database } = await leasedDesk()

    await ask(request({ ...presented, ...changes }))

    expect(database.requests.map(({ operation }) => operation).toSorted()).toEqual(['GetItem', 'GetItem', 'PutItem'])
  })
})

describe('each check', () => {
  it('costs two consistent point reads and one write', async () => {
    const { ask, database } = await leasedDesk()

    await ask(request(presented))

    const reads = database.requests.filter(({ operation }) => operation === 'GetItem')
    expect(database.requests).toHaveLength(3)
    expect(reads.map(({ input }) => input)).toMatchObject([
      { TableName: 'registry', Key: { SK: { S: 'N' } }, ConsistentRead: true },
      { TableName: 'registry', Key: { PK: { S: 'P#0123456789A' } }, ConsistentRead: true },
    ])
  })

  it('shares the writes of the allowance with nineteen others where many are made', async () => {
    const { ask, database } = await leasedDesk()

    for (let check = 1; check < checksPerLease; check++) await ask(request(presented))
    expect(database.requests.filter(({ operation }) => operation === 'UpdateItem')).toEqual([])
    await ask(request(presented))
    expect(database.requests.filter(({ operation }) => operation === 'UpdateItem')).toHaveLength(2)
  })

  it('asks KMS once for the key of the hashes, however many there are', async () => {
    const { ask, kms } = await startDesk(holder())

    await Promise.all([ask(request(presented)), ask(request(presented))])

    expect(kms.tap.requests.map(({ operation }) => operation)).toEqual(['GenerateMac'])
  })

  it('is written down under the hash of the number, without saying whose it is', async () => {
    const { ask, lookups, hashKey } = await startDesk(holder())

    await ask(request({ ...presented, officer: 'Quầy 3', purpose: 'inpatient' }))

    const hash = numberHash(await hashKey(), presented.number as InsuranceNumber)
    expect(await lookups()).toEqual([
      {
        PK: { S: 'AUD#01007#202611#0' },
        SK: { S: '2026-11-22T03:00:00.000Z#0000000000000001' },
        numberHash: { S: hash },
        instant: { S: '2026-11-22T03:00:00.000Z' },
        facility: { S: '01007' },
        officer: { S: 'Quầy 3' },
        purpose: { S: 'inpatient' },
        expiry: { N: String(Date.parse('2027-11-23T03:00:00Z') / 1000) },
      },
    ])
  })

  it('is written down when the number is unknown, too', async () => {
    const { ask, lookups } = await startDesk()

    await ask(request(presented))

    expect(await lookups()).toMatchObject([{ purpose: { S: 'reception' } }])
  })
})

describe('a fault of the system', () => {
  it.each(['PutItem', 'GetItem'])('in %s is 503, never a word on the card', async operation => {
    const { ask, database } = await startDesk(holder())
    database.failing.add(operation)

    const { statusCode, headers, body } = await quietly(() => ask(request(presented)))

    expect(statusCode).toBe(503)
    expect(headers).toMatchObject({ 'content-type': 'application/problem+json', 'retry-after': '2' })
    expect(JSON.parse(body)).toEqual({
      type: 'urn:bangiao:problem:unavailable',
      status: 503,
      title: 'The system cannot answer now, and this decides nothing: ask again',
      titleVi: 'Hệ thống tạm thời chưa trả lời được, đây chưa phải là kết luận: vui lòng thử lại',
    })
  })

  it('is 503 well before the function’s time is up when the database does not answer', async () => {
    const { ask, database } = await startDesk(holder())
    database.silent.add('GetItem')
    const started = performance.now()

    const { statusCode } = await quietly(() => ask(request(presented), 700))

    expect(statusCode).toBe(503)
    expect(performance.now() - started).toBeLessThan(600)
  })

  it('in KMS is 503 and is over when KMS is back', async () => {
    const { ask, kms } = await startDesk()
    kms.tap.failing.add('GenerateMac')
    expect((await quietly(() => ask(request(presented)))).statusCode).toBe(503)
    kms.tap.failing.clear()

    expect((await ask(request(presented))).statusCode).toBe(200)
  })

  it('is logged without anything of the person', async () => {
    const { ask, database } = await startDesk(holder())
    database.failing.add('PutItem')
    const lines: string[] = []

    await quietly(() => ask(request(presented)), lines)

    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain('InternalServerError')
    expect(lines[0]).not.toMatch(/0123456789|1990|Hoà/)
  })
})

describe('a facility that asks too much', () => {
  it('is told when to come again, and nothing is read or written', async () => {
    const { ask, database, spend } = await startDesk(holder())
    await spend('01007', checksPerMinute)

    const { statusCode, headers, body } = await ask(request(presented))

    expect([statusCode, headers]).toMatchObject([429, { 'retry-after': '60' }])
    expect(JSON.parse(body)).toMatchObject({
      type: 'urn:bangiao:problem:too-many-checks',
      titleVi: expect.stringMatching(/\S/),
    })
    expect(database.requests.filter(({ input }) => input.TableName !== 'counters')).toEqual([])
  })
})

describe('a request that is refused', () => {
  const json = { 'Content-Type': 'application/json' }

  it.each<[string, number, string, object]>([
    ['of another method', 405, 'method-not-allowed', request(presented, { httpMethod: 'PUT' })],
    ['without a type', 415, 'not-json-type', request(presented, { headers: {} })],
    ['of another type', 415, 'not-json-type', request(presented, { headers: { 'content-type': 'text/plain' } })],
    [
      'in another encoding',
      415,
      'not-json-type',
      request(presented, { headers: { 'Content-Type': 'application/json; charset=windows-1258' } }),
    ],
    ['that is too large', 413, 'body-too-large', request({ ...presented, fullName: 'Đ'.repeat(2100) })],
    ['without a body', 400, 'not-json', request('', { body: null })],
    ['that is not JSON', 400, 'not-json', request('{"number":')],
    [
      'that is not UTF-8',
      400,
      'not-json',
      request('', { headers: json, body: Buffer.of(0x22, 0xff, 0x22).toString('base64'), isBase64Encoded: true }),
    ],
    ['with half a number', 400, 'malformed-fields', request({ ...presented, number: '12345' })],
    ['with a number of letters', 400, 'malformed-fields', request({ ...presented, number: 'x123456789' })],
    [
      'with a national id that begins with 1',
      400,
      'malformed-fields',
      request({ ...presented, number: '101190000001' }),
    ],
    ['with the card of nobody’s number', 400, 'malformed-fields', request({ ...presented, number: 'DN4010000000000' })],
    ['that is no object', 400, 'malformed-fields', request([presented])],
    ['of another resource', 404, 'no-such-resource', request(presented, { resource: 'constructor' })],
    ['for another facility', 403, 'other-facility', request(presented, { pathParameters: { facilityCode: '79001' } })],
    [
      'without a facility of its own',
      403,
      'other-facility',
      request(presented, { requestContext: { authorizer: null } }),
    ],
  ])('%s is %i %s, before anything is read or written', async (_, status, code, event) => {
    const { ask, database, kms } = await startDesk()

    const { statusCode, headers, body } = await ask(event)

    expect(statusCode).toBe(status)
    expect(headers).toMatchObject({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' })
    expect(JSON.parse(body)).toMatchObject({ type: `urn:bangiao:problem:${code}`, status })
    expect([database.requests, kms.tap.requests]).toEqual([[], []])
  })

  it('says which method there is', async () => {
    const { ask } = await startDesk()

    expect((await ask(request('', { httpMethod: 'GET' }))).headers).toMatchObject({ allow: 'POST' })
  })

  it('names every field at fault and what was expected, in both languages, and repeats nothing', async () => {
    const { ask } = await startDesk()

    const { body } = await ask(request({ number: '12345', birthDate: '31/12/1990', Hoà: 1, officer: 'a\u0000b' }))

    expect(JSON.parse(body).errors).toEqual([
      {
        field: 'number',
        en: 'expected an insurance number of 10 digits, a national id of 12 digits or a card number of 15 characters',
        vi: 'cần mã số BHXH 10 chữ số, số định danh cá nhân 12 chữ số hoặc mã thẻ BHYT 15 ký tự',
      },
      {
        field: 'birthDate',
        en: 'expected a date that exists: yyyy-mm-dd, yyyy-mm or yyyy',
        vi: 'cần một ngày có thật: yyyy-mm-dd, yyyy-mm hoặc yyyy',
      },
      expect.objectContaining({ field: 'officer' }),
      expect.objectContaining({ field: 'body' }),
    ])
    expect(body).not.toMatch(/12345|31\/12|Hoà/)
  })

  it('is read all the same when it comes as base64 and its headers in capitals', async () => {
    const { ask } = await startDesk(holder())
    const body = Buffer.from(JSON.stringify(presented)).toString('base64')
    const headers = { 'CONTENT-TYPE': 'application/json; charset=UTF-8' }

    const answer = await ask(request('', { headers, body, isBase64Encoded: true }))

    expect(JSON.parse(answer.body)).toMatchObject({ valid: true })
  })
})

it('whatever comes as a body is refused by name or answered, and a refusal costs nothing', async () => {
  const { ask, database } = await startDesk()
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.constant(null)), async body => {
      const { statusCode, headers } = await ask(request('', { body }))
      expect({ statusCode, headers }).toMatchObject({
        statusCode: 400,
        headers: { 'content-type': 'application/problem+json' },
      })
    }),
  )
  expect(database.requests).toEqual([])
})

/** A desk so busy in this minute that it leases twenty checks at once, behind leases of 1, 2, 4, 8 and 16; it has taken the first of them. */
async function leasedDesk() {
  const desk = await startDesk(holder())
  for (let check = 1; check <= 32; check++) await desk.ask(request(presented))
  desk.database.requests.length = 0
  return desk
}
