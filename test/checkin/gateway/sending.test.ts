import { describe, expect, it } from 'vitest'
import { holder } from '../people.ts'
import { clerk, form, json, type Sent, startGateway } from './gateway-desk.ts'

const asked = { maThe: 'DN4010123456789', hoTen: 'Đỗ Thị Hoà', ngaySinh: '03/02/1990', ...clerk }
const call2024 = '/api/egw/KQNhanLichSuKCB2024'

type Query = Readonly<Record<string, string>>

const base64 = (text: string): Sent => ({ body: Buffer.from(text).toString('base64'), isBase64Encoded: true })

describe('a lookup is read', () => {
  it.each<[string, (query: Query) => Sent]>([
    ['as JSON', query => ({ query, ...json(asked) })],
    [
      'as JSON that names its charset',
      query => ({ query, ...json(asked), headers: type('application/json; charset=utf-8') }),
    ],
    ['as JSON of an older type', query => ({ query, ...json(asked), headers: type('text/json') })],
    ['as JSON without a type', query => ({ query, body: JSON.stringify(asked) })],
    ['as JSON under the type of a form', query => ({ query, ...json(asked), headers: form(asked).headers ?? {} })],
    ['as JSON in base64', query => ({ query, ...base64(JSON.stringify(asked)), headers: type('application/json') })],
    ['as JSON after a byte order mark', query => ({ query, ...base64(`\uFEFF${JSON.stringify(asked)}`) })],
    [
      'as JSON in single quotes',
      query => ({ query, body: JSON.stringify(asked).replaceAll('"', "'"), headers: type('application/json') }),
    ],
    [
      'as JSON with fields of older calls',
      query => ({ query, ...json({ ...asked, gioiTinh: 2, ngayBD: null, lichSu: [] }) }),
    ],
    [
      'as JSON with a header whose name every object knows',
      query => ({ query, ...json(asked), headers: { ...type('application/json'), constructor: 'x', valueOf: 'x' } }),
    ],
    ['as a form', query => ({ query, ...form(asked) })],
    [
      'as a form that names its charset',
      query => ({ query, ...form(asked), headers: type('application/x-www-form-urlencoded; charset=UTF-8') }),
    ],
    ['as a form without a type', query => ({ query, body: form(asked).body ?? '' })],
    ['in the query', query => ({ query: { ...query, ...asked } })],
    ['with an empty body and all of it in the query', query => ({ query: { ...query, ...asked }, ...json({}) })],
    ['with its session in a form', query => form({ ...query, ...asked })],
    ['with its session in JSON', query => json({ ...query, ...asked })],
    [
      'with its session in headers',
      ({ token = '', id_token = '', username = '', password = '' }) => ({
        ...json({ ...asked, username }),
        headers: { ...type('application/json'), accessToken: token, tokenId: id_token, passwordHash: password },
      }),
    ],
    [
      'with its password in capitals',
      query => ({ query: { ...query, password: query.password?.toUpperCase() ?? '' }, ...json(asked) }),
    ],
    ['with its username in small letters', query => ({ query: { ...query, username: '01007_bv' }, ...json(asked) })],
    [
      'with names of fields in other letter case',
      query => ({
        query,
        ...json({
          MaThe: asked.maThe,
          HoTen: asked.hoTen,
          NgaySinh: asked.ngaySinh,
          hotenCb: asked.hoTenCb,
          CccdCb: asked.cccdCb,
        }),
      }),
    ],
    ['with a birth year as a number', query => ({ query, ...json({ ...asked, ngaySinh: 1990 }) })],
    ['with decomposed letters', query => ({ query, ...json({ ...asked, hoTen: asked.hoTen.normalize('NFD') }) })],
  ])('%s', async (_, sent) => {
    const { call, session } = await startGateway(holder())

    const { body } = await call(call2024, sent(await session()))

    expect(JSON.parse(body)).toMatchObject({ maKetQua: '000', maThe: 'DN4010123456789' })
  })
})

describe('a lookup is 205, and ghiChu says why,', () => {
  it.each<[string, RegExp, Sent]>([
    [
      'of a type that is neither',
      /Content-Type phải là application\/json/,
      { ...json(asked), headers: type('application/xml') },
    ],
    [
      'in another charset',
      /Content-Type charset phải là utf-8/,
      { ...json(asked), headers: type('application/json; charset=windows-1258') },
    ],
    [
      'that is not UTF-8',
      /body phải mã hóa UTF-8/,
      { body: Buffer.of(0x22, 0xff, 0x22).toString('base64'), isBase64Encoded: true },
    ],
    ['that is not JSON', /body phải là một đối tượng JSON/, { body: '{"maThe":', headers: type('application/json') }],
    ['that is no object', /body phải là một đối tượng JSON/, { body: '[]', headers: type('application/json') }],
    ['that is too large', /body tối đa 8192 byte/, json({ ...asked, hoTen: 'Đ'.repeat(4100) })],
    ['with a field that is a list', /maThe phải là chuỗi ký tự/, json({ ...asked, maThe: ['DN4010123456789'] })],
    ['without a number', /maThe cần có giá trị/, json({ ...asked, maThe: '' })],
  ])('%s', async (_, why, sent) => {
    const { call, session } = await startGateway(holder())

    const { body } = await call(call2024, { query: await session(), ...sent })

    expect(JSON.parse(body)).toMatchObject({ maKetQua: '205', ghiChu: expect.stringMatching(why) })
  })
})

describe('an account is read', () => {
  it.each<[string, (account: Query) => Sent]>([
    ['as a form', form],
    ['as JSON', json],
    ['in the query', query => ({ query })],
    ['in headers', ({ username = '', password = '' }) => ({ headers: { username, passwordHash: password } })],
  ])('%s', async (_, sent) => {
    const { take, session } = await startGateway()
    const { username = '', password = '' } = await session()
    expect(await take(sent({ username, password }))).toMatchObject({ maKetQua: '200' })
    expect(await take(sent({ username: username.toLowerCase(), password: password.toUpperCase() }))).toMatchObject({
      maKetQua: '200',
      APIKey: { username },
    })
  })
})

function type(contentType: string) {
  return { 'Content-Type': contentType }
}
