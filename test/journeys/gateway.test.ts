import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { passwordMd5 } from '../../lambdas/checkin/gateway/secret.ts'
import { askBangiao, runBangiao } from '../command.ts'
import { documented } from './documented.ts'
import { type StackProcess, serveStack } from './handover-stack.ts'

let dir: string
let stack: StackProcess
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'bangiao-'))
  stack = await serveStack(join(dir, '.bangiao'))
})
afterAll(async () => {
  await stack.end('SIGTERM')
  await rm(dir, { recursive: true })
})

/** From an account to an answer, through the stack that runs. */
describe('a facility’s hospital software', () => {
  let password: string

  it('is given an account, whose password is shown once', async () => {
    const enrolled = await bangiao<Enrolled>('enrol')

    expect(Object.keys(enrolled).sort()).toEqual(await documented('facility enrol'))
    expect(enrolled).toMatchObject({ facility: '01007', username: '01007_BV' })
    expect(JSON.stringify(enrolled.account)).not.toContain(enrolled.password)
    expect(await bangiao<Enrolled>('enrol')).not.toMatchObject({ password: enrolled.password })
    expect(await taken(enrolled.password)).toMatchObject({ maKetQua: '401' })
    password = (await bangiao<Enrolled>('enrol')).password
    expect(await taken(password)).toMatchObject({ maKetQua: '200' })
  })

  it('may ask for the officers of a list, and for nobody before', async () => {
    expect(await askedBy('Nguyen Thi Quay', '001180000009')).toMatchObject({ maKetQua: '054' })
    const file = join(dir, 'officers.csv')
    await writeFile(file, 'national_id,full_name\n001180000009,Nguyễn Thị Quầy\n')

    const loaded = await bangiao<object>('officers', file)

    expect(loaded).toEqual({ facility: '01007', officers: 1 })
    expect(Object.keys(loaded).sort()).toEqual(await documented('facility officers'))
    expect(await askedBy('Nguyen Thi Quay', '001180000009')).toMatchObject({ maKetQua: '050' })
    expect(await askedBy('Nguyen Thi Cong', '001180000009')).toMatchObject({ maKetQua: '055' })
  })

  it('keeps its list when a new one has a line at fault, which is named without what stands there', async () => {
    const file = join(dir, 'wrong.csv')
    await writeFile(file, '001180000010,Trần An\n12345,Trần Bảy\n')

    const { code, stdout } = await runBangiao(dir, 'facility', 'officers', file, '--facility', '01007', '--json')

    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toEqual({
      facility: '01007',
      faults: [{ line: 2, field: 'national_id', fix: 'must be twelve digits, the first a 0' }],
    })
    expect(await askedBy('Nguyen Thi Quay', '001180000009')).toMatchObject({ maKetQua: '050' })
  })

  it('gets no session while its account is locked', async () => {
    expect(await bangiao('lock')).toEqual({ facility: '01007', username: '01007_BV', state: 'locked' })
    expect(await taken(password)).toMatchObject({ maKetQua: '403' })
    expect(await bangiao('unlock')).toMatchObject({ state: 'unlocked' })
    expect(await taken(password)).toMatchObject({ maKetQua: '200' })
  })

  it('is enrolled under a facility’s code and nothing else', async () => {
    const { code, stderr } = await runBangiao(dir, 'facility', 'enrol', '--facility', '99007')
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: '--facility must be a facility code such as 01007, not 99007\n',
    })
    expect(await runBangiao(dir, 'facility', 'close', '--facility', '01007')).toMatchObject({ code: 2 })
  })

  async function askedBy(hoTenCb: string, cccdCb: string) {
    const { APIKey } = await taken(password)
    const query = { token: APIKey.access_token, id_token: APIKey.id_token, ...account(password) }
    const content = { maThe: '0123456789', hoTen: 'Đỗ Thị Hoà', ngaySinh: '1990', hoTenCb, cccdCb }
    return post(`egw/KQNhanLichSuKCB2024?${new URLSearchParams(query)}`, content)
  }
})

interface Enrolled {
  readonly password: string
  readonly account: object
}

interface Taken {
  readonly maKetQua: string
  readonly APIKey: { readonly access_token: string; readonly id_token: string }
}

function bangiao<Document>(...words: readonly string[]): Promise<Document> {
  return askBangiao<Document>(dir, 'facility', ...words, '--facility', '01007')
}

function account(password: string) {
  return { username: '01007_BV', password: passwordMd5(password) }
}

async function taken(password: string): Promise<Taken> {
  return (await post('token/take', account(password))) as Taken
}

async function post(path: string, content: Record<string, string>): Promise<object> {
  const body = new URLSearchParams(content)
  return (await (await fetch(`${stack.address.api}/api/${path}`, { method: 'POST', body })).json()) as object
}
