import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checksPerMinute } from '../../../lambdas/checkin/allowance/allowance.ts'
import { officerOf } from '../../../lambdas/checkin/gateway/officers.ts'
import type { InsuranceNumber } from '../../../lambdas/registry/insurance-number.ts'
import type { NationalId } from '../../../lambdas/registry/national-id.ts'
import { numberHash } from '../../../lambdas/registry/number-hash.ts'
import { card, holder } from '../people.ts'
import { quietly } from '../quietly.ts'
import { clerk, form, json, startGateway } from './gateway-desk.ts'

const patient = { maThe: 'DN4010123456789', hoTen: 'Đỗ Thị Hoà', ngaySinh: '03/02/1990' }
const asked = { ...patient, ...clerk }
const call2024 = '/api/egw/KQNhanLichSuKCB2024'
const olderCalls = [
  '/api/egw/KQNhanLichSuKCB2019',
  '/api/egw/KQNhanLichSuKCB2018',
  '/api/egw/NhanLichSuKCB2018',
  '/api/egw/KQnhanLichSuKCB595',
  '/api/egw/KQNhanLichSuKCBBS',
]

describe('a card that is valid', () => {
  it('is answered with every published field in the published order, and null for the history', async () => {
    const { ask } = await startGateway(holder([card({ areaCode: 'K1', fiveYearsFrom: '2027-05-01' })]))

    const { statusCode, ...answer } = await ask(patient)

    expect(statusCode).toBe(200)
    expect(Object.entries(answer)).toEqual([
      ['maKetQua', '000'],
      [
        'ghiChu',
        'Thẻ còn giá trị sử dụng! Họ tên: Đỗ Thị Hoà, Ngày sinh: 03/02/1990, Giới tính: Nữ! (Địa chỉ: Phường Ba Đình, Thành phố Hà Nội; ' +
          'Nơi đăng ký KCB ban đầu: 01007; Giá trị thẻ: 01/01/2026 - 31/12/2026; Thời điểm đủ 5 năm liên tục: 01/05/2027). Nơi đăng ký Bệnh viện E.',
      ],
      ['maThe', 'DN4010123456789'],
      ['hoTen', 'Đỗ Thị Hoà'],
      ['ngaySinh', '03/02/1990'],
      ['gioiTinh', 'Nữ'],
      ['diaChi', 'Phường Ba Đình, Thành phố Hà Nội'],
      ['maDKBD', '01007'],
      ['cqBHXH', 'Bảo hiểm xã hội Thành phố Hà Nội'],
      ['gtTheTu', '01/01/2026'],
      ['gtTheDen', '31/12/2026'],
      ['maKV', 'K1'],
      ['ngayDu5Nam', '01/05/2027'],
      ['maSoBHXH', '0123456789'],
      ['maTheCu', null],
      ['maTheMoi', null],
      ['gtTheTuMoi', null],
      ['gtTheDenMoi', null],
      ['maDKBDMoi', null],
      ['tenDKBDMoi', null],
      ['dsLichSuKCB2018', null],
      ['dsLichSuKT2018', null],
    ])
  })

  it.each([
    ['insurance number', '0123456789'],
    ['national id', '001190000001'],
    ['full card number in small letters', 'dn4010123456789'],
    ['card number and two characters', 'DN401012345678901'],
  ])('is found by its holder’s %s', async (_, maThe) => {
    const { ask } = await startGateway(holder())
    expect(await ask({ ...patient, maThe })).toMatchObject({ maKetQua: '000', maThe: 'DN4010123456789' })
  })

  it.each(['03/02/1990', '02/1990', '1990', '03021990'])('is answered by a birth date written %s', async ngaySinh => {
    const { ask } = await startGateway(holder())
    expect(await ask({ ...patient, ngaySinh })).toMatchObject({ maKetQua: '000', ngaySinh: '03/02/1990' })
  })

  it.each(olderCalls)('is answered to %s alike, with no officer asked', async path => {
    const { call, session, ask } = await startGateway(holder())

    const { body } = await call(path, { query: await session(), ...form(patient) })

    const { statusCode: _, ...newest } = await ask(patient)
    expect(JSON.parse(body)).toEqual(newest)
  })

  it('is looked at on Vietnam’s today', async () => {
    const { ask, time } = await startGateway(holder([card({ validTo: '2026-11-22' })]))

    time.now = new Date('2026-11-22T16:59:59Z')
    expect(await ask(patient)).toMatchObject({ maKetQua: '000' })
    time.now = new Date('2026-11-22T17:00:00Z')
    expect(await ask(patient)).toMatchObject({ maKetQua: '010' })
  })
})

describe('a malformed parameter', () => {
  it.each<[string, string, object]>([
    ['051', 'the number is too short', { maThe: 'DN401' }],
    ['051', 'the number is no number', { maThe: 'không có thẻ' }],
    ['051', 'the insurance number is all zeros', { maThe: 'DN4010000000000' }],
    ['052', 'characters 4 and 5 are no province', { maThe: 'DN4030123456789' }],
    ['052', 'characters 4 and 5 are letters', { maThe: 'DN4AB0123456789' }],
    ['053', 'character 3 is no level', { maThe: 'DN6010123456789' }],
    ['053', 'character 3 is a letter', { maThe: 'DNX010123456789' }],
  ])('is %s when %s, and nobody is looked for', async (code, _, changes) => {
    const { ask, database } = await startGateway(holder())

    const { ghiChu, ...answer } = await ask({ ...patient, ...changes })

    expect(answer).toMatchObject({ maKetQua: code, maThe: null, hoTen: null })
    expect(tablesOf(database)).not.toContain('registry')
  })

  it.each<[string, object]>([
    ['ngaySinh', { ngaySinh: '31/02/1990' }],
    ['ngaySinh', { ngaySinh: '1990-02-03' }],
    ['ngaySinh', { ngaySinh: '13/1990' }],
    ['ngaySinh', { ngaySinh: '' }],
    ['maThe', { maThe: ' ' }],
    ['hoTen', { hoTen: null }],
    ['hoTen', { hoTen: 'x'.repeat(401) }],
    ['hoTen', { hoTen: ['Đỗ Thị Hoà'] }],
    ['hoTenCb', { hoTenCb: '' }],
    ['cccdCb', { cccdCb: null }],
  ])('%s is 205, and ghiChu names it without what came', async (field, changes) => {
    const { ask } = await startGateway(holder())

    const { maKetQua, ghiChu } = await ask({ ...patient, ...changes })

    expect(maKetQua).toBe('205')
    expect(ghiChu).toMatch(new RegExp(`^Tham số thiếu hoặc sai định dạng: ${field} .+\\.$`))
    expect(ghiChu).not.toMatch(/1990|Hoà|xxx/)
  })

  it('in a birth date of eight digits is 205 to the call for history, which never took them', async () => {
    const { call, session } = await startGateway(holder())
    const sent = { query: await session(), ...form({ ...asked, ngaySinh: '03021990' }) }
    expect(JSON.parse((await call('/api/egw/Lskcb2025', sent)).body)).toMatchObject({ maKetQua: '205' })
  })
})

it('a call that there is not is 205, and ghiChu names those that there are', async () => {
  const { ask } = await startGateway(holder())
  const { maKetQua, ghiChu } = await ask(patient, '/api/egw/nhanHoSoKCBChiTiet')
  expect(maKetQua).toBe('205')
  expect(ghiChu).toMatch(/URL cần là một trong KQNhanLichSuKCB2024, .*Lskcb2025\.$/)
})

describe('the officer', () => {
  it.each<[string, string, object]>([
    ['054', 'the id is on nobody’s list', { cccdCb: '001180000008' }],
    ['054', 'the id is no national id', { cccdCb: '123456789' }],
    ['055', 'the name is another', { hoTenCb: 'Nguyễn Thị Cổng' }],
  ])('is refused with %s when %s, before anybody is looked for', async (code, _, changes) => {
    const { ask, database } = await startGateway(holder())

    expect(await ask({ ...patient, ...changes })).toMatchObject({ maKetQua: code, hoTen: null })
    expect(tablesOf(database)).not.toContain('registry')
  })

  it('may be named without accents, in any letter case', async () => {
    const { ask } = await startGateway(holder())
    expect(await ask({ ...patient, hoTenCb: 'nguyen thi quay' })).toMatchObject({ maKetQua: '000' })
  })

  it('is refused by a facility that has no list', async () => {
    const { ask, accounts } = await startGateway(holder())
    await accounts.putOfficers('01007_BV' as never, [])
    expect(await ask(patient)).toMatchObject({ maKetQua: '054' })
  })
})

describe('each lookup', () => {
  it('costs two consistent point reads and one write', async () => {
    const { call, session, database } = await startGateway(holder())
    const query = await session()
    // The second leases for the third as well
    for (let before = 0; before < 2; before++) await call(call2024, { query, ...json(asked) })
    database.requests.length = 0

    await call(call2024, { query, ...json(asked) })

    const requests = database.requests.toSorted((a, b) => (a.operation < b.operation ? -1 : 1))
    expect(requests.map(({ operation }) => operation)).toEqual(['GetItem', 'GetItem', 'PutItem'])
    expect(requests.map(({ input }) => input)).toMatchObject([
      { TableName: 'registry', ConsistentRead: true },
      { TableName: 'registry', ConsistentRead: true },
      { TableName: 'lookups' },
    ])
  })

  it('is written down under hashes of the number and the officer, without saying who they are', async () => {
    const { ask, lookups, hashKey } = await startGateway(holder())

    await ask(patient)

    const key = await hashKey()
    const hash = numberHash(key, '0123456789' as InsuranceNumber)
    const [lookup] = await lookups()
    expect(lookup).toMatchObject({
      numberHash: { S: hash },
      facility: { S: '01007' },
      officerHash: { S: officerOf(key, clerk.cccdCb as NationalId, clerk.hoTenCb).id },
      purpose: { S: 'reception' },
    })
    expect(JSON.stringify(lookup)).not.toMatch(/Quầy|0011800|0123456789|Hoà/)
  })

  it('is written down when nobody is found, too', async () => {
    const { ask, lookups } = await startGateway()
    expect(await ask(patient)).toMatchObject({ maKetQua: '050' })
    expect(await lookups()).toHaveLength(1)
  })
})

it('a facility that has asked too much is told to come again, and nothing of the card', async () => {
  const { ask, spend, lookups } = await startGateway(holder())
  await spend('01007', checksPerMinute)

  expect(await ask(patient)).toMatchObject({
    maKetQua: '500',
    ghiChu: 'Cơ sở đã tra cứu quá số lượt cho phép trong một phút: thử lại sau 60 giây.',
    maThe: null,
    hoTen: null,
  })
  expect(await lookups()).toEqual([])
})

describe('the call for history', () => {
  it('answers that there is none, and looks at nobody', async () => {
    const { call, session, database } = await startGateway(holder())
    const query = await session()
    database.requests.length = 0

    const { body } = await call('/api/egw/Lskcb2025', { query, ...form(asked) })

    expect(JSON.parse(body)).toEqual({
      maKetQua: '000',
      ghiChu: 'Không có dữ liệu lịch sử khám chữa bệnh.',
      dsLichSuKCB2025: null,
    })
    expect(tablesOf(database)).not.toContain('registry')
  })
})

describe('a fault of the system', () => {
  it.each(['PutItem', 'GetItem'])('in %s is 500, never a word on the card', async operation => {
    const { call, session, database } = await startGateway(holder())
    const query = await session()
    database.failing.add(operation)

    const { statusCode, body } = await quietly(() => call(call2024, { query, ...json(asked) }))

    expect(statusCode).toBe(200)
    expect(JSON.parse(body)).toMatchObject({ maKetQua: '500', maThe: null, hoTen: null })
  })

  it('is 500 well before the function’s time is up when the database does not answer', async () => {
    const { call, session, database } = await startGateway(holder())
    const query = await session()
    await call(call2024, { query, ...json(asked) })
    database.silent.add('GetItem')
    const started = performance.now()

    const { body } = await quietly(() => call(call2024, { query, ...json(asked) }, 700))

    expect(JSON.parse(body)).toMatchObject({ maKetQua: '500' })
    expect(performance.now() - started).toBeLessThan(600)
  })

  it('in KMS is 500 and is over when KMS is back', async () => {
    const { call, session, kms } = await startGateway()
    const query = await session()
    const { call: coldCall, kms: coldKms } = await startGateway()
    coldKms.tap.failing.add('GenerateMac')
    expect(kms.tap.requests.length).toBeGreaterThan(0)

    expect(JSON.parse((await quietly(() => coldCall(call2024, { query, ...json(asked) }))).body)).toMatchObject({
      maKetQua: '500',
    })
    expect(JSON.parse((await call(call2024, { query, ...json(asked) })).body)).toMatchObject({ maKetQua: '050' })
  })

  it('is logged without anything of the person, the officer or the account', async () => {
    const { call, session, database } = await startGateway(holder())
    const query = await session()
    database.failing.add('PutItem')
    const lines: string[] = []

    await quietly(() => call(call2024, { query, ...json(asked) }), lines)

    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain('gateway cannot answer')
    expect(lines[0]).not.toMatch(/0123456789|1990|Hoà|Quầy|0011800|_BV/)
    expect(lines[0]).not.toContain(query.token)
    expect(lines[0]).not.toContain(query.password)
  })
})

it('whatever comes is answered with HTTP 200 and a code of three digits, and nothing of it is a fault of ours', async () => {
  const { call, session } = await startGateway(holder())
  const query = await session()
  const strange = fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.constant(null))
  const types = fc.option(fc.oneof(fc.constantFrom('application/json', 'text/plain'), fc.string()), { nil: undefined })
  const paths = fc.constantFrom(call2024, ...olderCalls, '/api/egw/Lskcb2025')
  const parameters = fc.dictionary(fc.constantFrom(...Object.keys(asked), 'token', 'username'), fc.string())
  await fc.assert(
    fc.asyncProperty(paths, strange, types, parameters, async (path, body, type, more) => {
      const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type }
      const answer = await call(path, { query: { ...query, ...more }, headers, body })
      expect(answer.statusCode).toBe(200)
      expect(JSON.parse(answer.body).maKetQua).toMatch(/^(?!500)\d{3}$/)
      expect(JSON.parse(answer.body).ghiChu).toMatch(/\.$/)
    }),
    { numRuns: 200 },
  )
})

function tablesOf(database: { readonly requests: readonly { readonly input: Record<string, unknown> }[] }) {
  return database.requests.map(({ input }) => input.TableName)
}
